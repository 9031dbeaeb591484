// codelists.mjs — shared lists of codes through the published SDK, errors included.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const codes = (list) => list.map((v) => v.code);

async function lists(root, user, other) {
  const colours = await root.codelists.create({ code: 'colours', name: 'Colours', scope: 'system', is_extensible: true });
  ok(colours.is_system && colours.is_active && !colours.is_builtin, 'a superadmin makes a list of the system');
  const own = await user.codelists.create({ code: 'sizes', name: 'Sizes', metadata: { unit: 'cm' } });
  is([own.scope, own.is_system, own.metadata], ['account', false, { unit: 'cm' }], 'an account makes its own');
  is(codes(await user.codelists.list()), ['colours', 'sizes'], 'it sees both');
  is(codes(await user.codelists.list({ scope: 'account', active: true })), ['sizes'], 'or one kind');
  is(codes(await other.codelists.list()), ['colours'], 'others see that of the system');
  is((await user.codelists.get('sizes')).id, own.id, 'one is found by its code');
  const gone = await refused(() => other.codelists.get('sizes'), 'NotFoundError', 404, "another account's is not");
  is(gone?.message, "Codelist 'sizes' not found", 'as the message says');
  const twice = await refused(() => user.codelists.create({ code: 'colours', name: 'x' }), 'ConflictError', 409, 'codes are not reused');
  ok(twice?.message.includes('a system codelist with this code already exists'), 'as the message says', twice?.message);
  const not = await refused(() => user.codelists.create({ code: 'mine', name: 'x', scope: 'system' }), 'AuthorizationError', 403,
    'lists of the system are no tenants');
  is(not?.message, 'Superadmin required to create system codelists', 'as the message says');
  is((await user.codelists.update('sizes', { name: 'Sizes of all' })).name, 'Sizes of all', 'a list is renamed');
  await refused(() => user.codelists.update('colours', { name: 'x' }), 'AuthorizationError', 403, 'one of the system is not');
}

async function values(root, user, other) {
  const red = await root.codelists.createValue('colours', { code: 'red', sort_order: 1, metadata: { hex: 'f00' },
    labels: [{ language: 'en', label: 'Red' }, { language: 'de', label: 'Rot' }] });
  is([red.code, red.labels.map((l) => l.language)], ['red', ['de', 'en']], 'a value has labels');
  await root.codelists.createValue('colours', { code: 'blue', sort_order: 2 });
  await user.codelists.createValue('colours', { code: 'beige', sort_order: 3 });
  is((await user.codelists.getValues('colours', { lang: 'de' })).map((v) => [v.code, v.label, v.scope]),
    [['red', 'Rot', 'system'], ['blue', 'blue', 'system'], ['beige', 'beige', 'account']], 'an account chooses from all of it');
  is(codes(await other.codelists.getValues('colours')), ['red', 'blue'], 'another one without its extension');
  const labels = await user.codelists.upsertLabels('colours', 'beige', [{ language: 'en', label: 'Beige' }]);
  is(labels.map((l) => [l.language, l.label, l.is_preferred]), [['en', 'Beige', true]], 'labels are set');
  await refused(() => user.codelists.upsertLabels('colours', 'red', [{ language: 'en', label: 'x' }]), 'AuthorizationError', 403,
    'not those of the system');
  const bad = await refused(() => user.codelists.upsertLabels('colours', 'beige', [{ language: 'en' }]), 'ValidationError', 422,
    'a label has a text');
  ok(bad?.message, 'as the message says', bad);
  is((await user.codelists.updateValue('colours', 'beige', { is_active: false })).is_active, false, 'a value is retired');
  is(codes(await user.codelists.getValues('colours')), ['red', 'blue'], 'then it is not chosen');
  is(codes(await user.codelists.getValues('colours', { active: false })), ['red', 'blue', 'beige'], 'unless asked for');
  is(codes(await user.codelists.listManageValues('colours')), ['red', 'blue', 'beige'], 'nor lost');
  is(codes(await user.codelists.listManageValues('colours', false)), ['red', 'blue'], 'as wanted');
}

async function overrides(root, user, other) {
  const account = (await user.codelists.get('sizes')).account_id;
  const hidden = await user.codelists.setOverride('colours', 'red', { visibility: 'hidden' });
  is([hidden.account_id, hidden.visibility, hidden.sort_order], [account, 'hidden', null], 'an account hides a value');
  is(codes(await user.codelists.getValues('colours')), ['blue'], 'it is gone');
  is(codes(await other.codelists.getValues('colours')), ['red', 'blue'], 'for nobody else');
  is((await user.codelists.listOverrides('colours')).length, 1, 'overrides are listed');
  await user.codelists.clearOverride('colours', 'red');
  is(codes(await user.codelists.getValues('colours')), ['red', 'blue'], 'and cleared');
  await root.codelists.setOverride('colours', 'blue', { is_default: true, metadata_override: { hex: '00f' } }, account);
  const [first] = await root.codelists.getValues('colours', { account_id: account });
  is([first.code, first.is_default, first.metadata], ['blue', true, { hex: '00f' }], 'a superadmin does it for an account');
  is((await root.codelists.listOverrides('colours', account)).length, 1, 'sees it');
  const whose = await refused(() => root.codelists.listOverrides('colours'), 'SnackBaseError', 400, 'and says whose');
  is(whose?.message, 'Superadmin must pass account_id when listing overrides', 'as the message says');
  await root.codelists.clearOverride('colours', 'blue', account);
  is(await user.codelists.listOverrides('colours'), [], 'none is left');
  await refused(() => other.codelists.getValues('colours', { account_id: account }), 'AuthorizationError', 403, 'others may not look');
}

async function packages(root, user, other) {
  const one = await root.codelists.export('colours');
  is([one.format, one.format_version, codes(one.values)], ['snackbase.codelist', '1.0', ['red', 'blue']], 'a list is exported');
  await refused(() => user.codelists.export('colours'), 'AuthorizationError', 403, 'by superadmins');
  one.codelist.code = 'paints';
  const made = await root.codelists.import(one);
  is([made.code, made.is_system], ['paints', true], 'and imported');
  is((await root.codelists.import(one)).id, made.id, 'twice is as once');
  is((await other.codelists.getValues('paints', { lang: 'de' })).map((v) => v.label), ['Rot', 'blue'], 'for everybody');
  await refused(() => root.codelists.import({ format: 'x' }), 'ValidationError', 422, 'what is no package is not');
  await refused(() => user.codelists.import(one), 'AuthorizationError', 403, 'nor by anybody');
  is((await root.codelists.delete('paints')).is_active, false, 'a list is retired');
  await refused(() => root.codelists.delete('paints', true), 'AuthorizationError', 403, 'and kept while it has values');
  is((await user.codelists.delete('sizes', true)).code, 'sizes', 'an own one goes');
  await refused(() => user.codelists.get('sizes'), 'NotFoundError', 404, 'for good');
}

const root = await superadmin();
const { user } = await tenant('acme-lists', 'owner@acme-lists.example.com');
const { user: other } = await tenant('other-lists', 'owner@other-lists.example.com');
await lists(root, user, other);
await values(root, user, other);
await overrides(root, user, other);
await packages(root, user, other);
done();
