// ruletest.mjs — rules checked and tried out through the published SDK, those of roles and those of collections.
import { done, is, refused, superadmin, tenant } from './tap.mjs';

const CONTEXT = {
  user: { id: 'u1', email: 'u1@acme.example', role: 'editor', account_id: 'a1', groups: ['editors'] },
  record: { created_by: 'u1', status: 'open', price: 10 },
  account: { id: 'a1' },
};

async function roles(root) {
  is((await root.roles.validateRule('@owns_record() or "editors" in user.groups')).valid, true, 'a rule is valid');
  const bad = await root.roles.validateRule('status ==');
  is([bad.valid, bad.error], [false, 'Unexpected token: EOF at position 9'], 'another is not, and why');
  const yes = await root.roles.testRule('user.id == record.created_by and record.price > 5', CONTEXT);
  is([yes.allowed, yes.error], [true, null], 'a rule allows');
  is(typeof yes.evaluation_details, 'string', 'and says why');
  const no = await root.roles.testRule('record.status == "shut"', CONTEXT);
  is([no.allowed, no.error], [false, null], 'another does not');
  const broken = await root.roles.testRule('status ==', CONTEXT);
  is([broken.allowed, broken.error], [false, bad.error], 'nor does one that does not parse');
  await refused(() => root.roles.testRule('true', { user: 'u1' }), 'ValidationError', 422, 'a context has its shape');
}

async function collections(root) {
  const { validateRule, testRule } = root.collectionRules;
  const validate = validateRule.bind(root.collectionRules);
  const test = testRule.bind(root.collectionRules);
  is((await validate('status = "a" && @request.auth.id != ""', 'list', ['status'])).valid, true, 'a rule is valid');
  const bad = await validate('state = "a"', 'list', ['status']);
  is([bad.valid, bad.errors.length], [false, 1], 'one with an unknown field is not');
  const context = { auth: { id: 'u1' }, record: { created_by: 'u1' } };
  is(await test('created_by = @request.auth.id', context), { result: true }, 'a rule holds');
  is(await test('created_by != @request.auth.id', context), { result: false }, 'its opposite does not');
  const error = await refused(() => test('created_by =', context), 'SnackBaseError', 400, 'nonsense is refused');
  is(error?.message, 'Unexpected token: EOF at position 12', 'with its place');
}

const root = await superadmin();
await roles(root);
await collections(root);
const { user } = await tenant('acme', 'owner@acme.example');
await refused(() => user.roles.testRule('true', {}), 'AuthorizationError', 403, 'tenants try nothing');
done();
