// macros.mjs — stored SQL macros through the published SDK: kept, tried, used by a rule, and not taken from under it.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

async function keeping(root) {
  const made = await root.macros.create({
    name: 'has_badge', description: 'Who has one',
    sql_query: 'SELECT count(*) FROM col_badges WHERE person = @request.auth.id AND kind = :kind', parameters: ['kind'],
  });
  is([made.name, made.parameters, typeof made.id], ['has_badge', ['kind'], 'number'], 'a macro is made');
  const list = await root.macros.list({ skip: 0, limit: 10 });
  is((Array.isArray(list) ? list : list.items).map((macro) => macro.name), ['has_badge'], 'listed');
  is((await root.macros.get(made.id)).sql_query, made.sql_query, 'read');
  is((await root.macros.update(made.id, { description: 'Who has a badge' })).description, 'Who has a badge', 'changed');
  await refused(() => root.macros.create({ name: 'has_badge', sql_query: 'SELECT 1', parameters: [] }), 'ConflictError', 409,
    'once');
  await refused(() => root.macros.create({ name: 'drop', sql_query: 'DROP TABLE users', parameters: [] }), 'ValidationError', 422,
    'one that is no SELECT is refused');
  await refused(() => root.macros.get(99999), 'NotFoundError', 404, 'one that is not there is told');
  return made;
}

async function trying(root, macro) {
  const said = await root.macros.test(macro.id, ['gold']);
  is([said.result, said.rows_affected], ['0', 0], 'a macro is tried');
  ok(said.execution_time >= 0, 'and timed', said);
  const error = await refused(() => root.macros.test(macro.id, []), 'ValidationError', 422, 'not without its parameters');
  is(error?.message, 'Expected 1 parameters, got 0', 'which are counted');
}

async function using(root, macro) {
  const { user } = await tenant('acme', 'owner@acme.example.com');
  const vaults = await root.collections.create({ name: 'vaults', fields: [{ name: 'kind', type: 'text' }],
    list_rule: '@has_badge(kind)', create_rule: '' });
  const error = await refused(() => root.macros.delete(macro.id), 'ConflictError', 409, 'one in use is not deleted');
  is(error?.message, "Cannot delete macro 'has_badge': it is used in 1 collection rule(s)", 'and by what is told');
  await user.records.create('vaults', { kind: 'gold' });
  await user.records.create('vaults', { kind: 'iron' });
  is((await user.records.list('vaults')).total, 0, 'a rule asks it');
  await user.records.create('badges', { kind: 'iron', person: (await user.auth.getCurrentUser()).user_id });
  is((await user.records.list('vaults')).items.map((vault) => vault.kind), ['iron'], 'of the rows there are now');
  await refused(() => user.macros.create({ name: 'mine', sql_query: 'SELECT 1', parameters: [] }), 'AuthorizationError', 403,
    'tenants write none');
  await root.collections.delete(vaults.id);
  await root.macros.delete(macro.id);
  is(await root.macros.list().then((list) => (Array.isArray(list) ? list : list.items).length), 0, 'one that is free is deleted');
}

const root = await superadmin();
await root.collections.create({ name: 'badges', fields: [{ name: 'kind', type: 'text' }, { name: 'person', type: 'text' }],
  list_rule: null, create_rule: '' });
const macro = await keeping(root);
await trying(root, macro);
await using(root, macro);
done();
