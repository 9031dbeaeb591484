// people.mjs — accounts.* and users.* of the published SDK, for superadmins, account admins and members.
import { client, done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const PASSWORD = 'Correct-Horse-7-Battery';
const OTHER = 'Another-Horse-8-Battery';
const NOWHERE = '00000000-0000-4000-8000-000000000000';

async function accounts(root) {
  const made = await root.accounts.create({ name: 'Acme & Sons' });
  is([made.slug, made.account_code, made.user_count, made.collections_used], ['acme-sons', 'AA0001', 0, []],
    'an account is made, its slug from the name');
  is((await root.accounts.create({ name: 'Acme', slug: '9-lives' })).slug, '9-lives', 'or as it is given');
  await refused(() => root.accounts.create({ name: 'Acme', slug: '9-lives' }), 'ValidationError', 422, 'once');
  const bad = await refused(() => root.accounts.create({ name: '', slug: 'No' }), 'ValidationError', 422, 'badly made ones are refused');
  is(Object.keys(bad?.fields ?? {}), ['name', 'slug'], 'field by field');
  const list = await root.accounts.list({ page: 1, page_size: 2, sort_by: 'account_code', sort_order: 'asc', is_active: true });
  is([list.items.map((a) => a.account_code), list.total, list.total_pages], [['AA0001', 'AA0002'], 3, 2], 'accounts are listed in pages');
  is((await root.accounts.list({ search: 'SONS' })).items.map((a) => a.id), [made.id], 'and searched');
  is((await root.accounts.update(made.id, { name: 'Renamed' })).name, 'Renamed', 'one is renamed');
  is((await root.accounts.get(made.id)).slug, 'acme-sons', 'and keeps its slug');
  await refused(() => root.accounts.get(NOWHERE), 'NotFoundError', 404, 'what is not there is not found');
  return made;
}

async function users(root, account) {
  const ann = await root.users.create({ email: 'ann@acme.co', password: PASSWORD, account_id: account.id, role_id: 2 });
  is([ann.role, ann.groups, ann.account_id, ann.is_active, ann.last_login], ['user', [], account.id, true, null], 'a user is made');
  await refused(() => root.users.create({ email: 'ann@acme.co', password: PASSWORD, account_id: account.id, role_id: 2 }),
    'ConflictError', 409, 'once');
  await refused(() => root.users.create({ email: 'bob@acme.co', account_id: account.id, role_id: 2 }), 'SnackBaseError', 400, 'with a password');
  await refused(() => root.users.create({ email: 'bob@acme.co', password: PASSWORD, account_id: NOWHERE, role_id: 2 }),
    'NotFoundError', 404, 'in an account');
  is((await root.users.get(ann.id)).email, 'ann@acme.co', 'one is found');
  await root.users.create({ email: 'zoe@acme.co', password: PASSWORD, account_id: account.id, role_id: 1 });
  const list = await root.users.list({ account_id: account.id, sort: 'email', limit: 1, skip: 1 });
  is([list.total, list.items.map((u) => u.email)], [2, ['zoe@acme.co']], 'they are listed');
  const page = await root.users.list({ account_id: account.id, page: 2, page_size: 1, sort_by: 'email', sort_order: 'desc' });
  is([page.total, page.items.map((u) => u.email)], [2, ['ann@acme.co']], 'in the SDK\'s other spelling, too');
  is((await root.users.list({ role_id: 1, search: 'acme' })).items.map((u) => u.email), ['zoe@acme.co'], 'by role and address');
  is((await root.accounts.getUsers(account.id, { page: 1, page_size: 1 })).total, 2, 'and counted by account');
  is((await root.users.update(ann.id, { role: 'admin' })).role, 'admin', 'a role is given by its name');
  is((await root.users.update(ann.id, { role_id: 2, email: 'anna@acme.co' })).email, 'anna@acme.co', 'and the rest is changed');
  await refused(() => root.users.update(root.user.id, { is_active: false }), 'AuthorizationError', 403, 'nobody changes themselves');
  await refused(() => root.users.delete(root.user.id), 'AuthorizationError', 403, 'or deactivates themselves');
  is((await root.users.verifyEmail(ann.id)).message, 'User email verified successfully', 'an address is verified');
  await refused(() => root.users.resendVerification(ann.id), 'SnackBaseError', 400, 'and then no mail is due');
  return ann;
}

// Tokens end with the password, at once.
async function passwords(root, account, ann) {
  const user = client();
  const login = (password) => user.login({ account: account.slug, email: 'anna@acme.co', password });
  const { token } = await login(PASSWORD);
  const stale = client({ getAccessToken: () => token });
  is((await stale.getCurrentUser()).email, 'anna@acme.co', 'a user is signed in');
  await root.users.setPassword(ann.id, OTHER);
  await refused(() => stale.getCurrentUser(), 'AuthenticationError', 401, 'until the password is another');
  await refused(() => login(PASSWORD), 'AuthenticationError', 401, 'the old one is none');
  ok((await login(OTHER)).token, 'the new one is');
  is((await root.users.resetPassword(ann.id, { new_password: PASSWORD })).message, 'Password updated successfully', 'set in the other spelling');
  await refused(() => root.users.resetPassword(ann.id, {}), 'ValidationError', 422, 'which needs one or a wish');
  await refused(() => root.users.setPassword(ann.id, 'weak'), 'SnackBaseError', 400, 'and weak ones are refused');
  const again = await login(PASSWORD);
  await root.users.delete(ann.id);
  const out = client({ getAccessToken: () => again.token });
  await refused(() => out.getCurrentUser(), 'AuthenticationError', 401, 'a deactivated user is out at once');
  await refused(() => login(PASSWORD), 'AuthenticationError', 401, 'and stays out');
  is((await root.users.get(ann.id)).is_active, false, 'though the row stays');
}

async function tenants(root, account) {
  const { user: admin } = await tenant('rival', 'rival@rival.example');
  const mine = await admin.users.list();
  is([mine.total, mine.items[0].email], [1, 'rival@rival.example'], 'an account admin sees the own people');
  const strangers = await root.users.list({ account_id: account.id });
  await refused(() => admin.users.get(strangers.items[0].id), 'NotFoundError', 404, 'and no others');
  const denied = await refused(() => admin.users.create({ email: 'm@rival.example', password: PASSWORD, account_id: account.id, role_id: 2 }),
    'AuthorizationError', 403, 'nor makes them');
  is(denied?.message, 'Cannot create users in another account', 'and is told why');
  const member = await admin.users.create({ email: 'm@rival.example', password: PASSWORD, account_id: admin.account.id, role_id: 2 });
  const user = client();
  await user.login({ account: 'rival', email: 'm@rival.example', password: PASSWORD });
  await refused(() => user.users.list(), 'AuthorizationError', 403, 'members manage nobody');
  await refused(() => admin.accounts.list(), 'AuthorizationError', 403, 'admins no accounts');
  await root.accounts.delete(admin.account.id);
  await refused(() => user.getCurrentUser(), 'AuthenticationError', 401, 'with its account everybody is gone');
  await refused(() => root.users.get(member.id), 'NotFoundError', 404, 'for good');
  await refused(() => root.accounts.delete('00000000-0000-0000-0000-000000000000'), 'ValidationError', 422, 'the system stays');
}

const root = await superadmin();
const account = await accounts(root);
const ann = await users(root, account);
await passwords(root, account, ann);
await tenants(root, account);
done();
