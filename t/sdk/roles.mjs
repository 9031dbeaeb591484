// roles.mjs — roles, their permissions and groups through the published SDK, errors included.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

async function roles(root, user) {
  is((await root.roles.list()).items.map((r) => [r.id, r.name]), [[1, 'admin'], [2, 'user']], 'the roles are listed');
  const editor = await root.roles.create({ name: 'editor', description: 'Edits' });
  ok(editor.id > 2 && editor.name === 'editor' && !Number.isNaN(Date.parse(editor.created_at)), 'one is created');
  is((await root.roles.get(editor.id)).description, 'Edits', 'and found');
  is((await root.roles.update(editor.id, { name: 'writer', description: 'Writes' })).name, 'writer', 'it is renamed');
  await refused(() => root.roles.create({ name: 'writer' }), 'ConflictError', 409, 'a name is given once');
  const blank = await refused(() => root.roles.create({ name: ' ' }), 'ValidationError', 422, 'a blank one never');
  is(blank?.fields, { name: ['Value error, Role name cannot be empty'] }, 'as the fields of the error tell');
  const kept = await refused(() => root.roles.update(1, { name: 'boss' }), 'ValidationError', 422, 'admin keeps its name');
  is(kept?.message, "Cannot rename default role 'admin'", 'and the message says so');
  await refused(() => root.roles.get(4711), 'NotFoundError', 404, 'what is not there is not found');
  await refused(() => user.roles.list(), 'AuthorizationError', 403, 'roles are for superadmins');
  await refused(() => root.roles.delete(1), 'ValidationError', 422, 'admin stays');
  await root.roles.delete(editor.id);
  is((await root.roles.list()).total, 2, 'what nobody has goes');
}

async function permissions(root, user) {
  await root.collections.create({ name: 'posts', fields: [{ name: 'title', type: 'text' }, { name: 'status', type: 'text' }] });
  await refused(() => user.records.list('posts'), 'AuthorizationError', 403, 'a collection begins locked');
  const done3 = await root.roles.updatePermissionsBulk(1, {
    updates: [
      { collection: 'posts', operation: 'read', rule: 'status == "open" or @owns_record()', fields: ['title'] },
      { collection: 'posts', operation: 'create', rule: 'true', fields: '*' },
      { collection: '*', operation: 'delete', rule: '@is_creator()', fields: '*' },
      { collection: 'nowhere', operation: 'read', rule: 'true', fields: '*' },
      { collection: 'posts', operation: 'update', rule: 'status =', fields: '*' },
    ],
  });
  is(done3, { success_count: 3, failure_count: 2, errors: [
    "Collection 'nowhere' not found", 'Invalid rule for posts/update: Unexpected token: EOF at position 8'] },
    'permissions are granted in bulk, each by itself');
  const record = await user.records.create('posts', { title: 'mine', status: 'shut' });
  const list = await user.records.list('posts');
  is([list.total, list.items[0].title, list.items[0].status], [1, 'mine', undefined], 'the role does what it is granted');

  const granted = await root.roles.getPermissions(1);
  is([granted.role_id, granted.role_name, granted.permissions.map((p) => p.collection)], [1, 'admin', ['*', 'posts']],
    'what is granted is shown');
  is(granted.permissions[1].read, { rule: 'status == "open" or @owns_record()', fields: ['title'] }, 'with rule and fields');
  is(granted.permissions[1].update, null, 'and null for what is not');
  const matrix = await root.roles.getPermissionsMatrix(2);
  is(matrix.permissions.map((p) => [p.collection, p.permission_id, p.read]), [['*', null, null], ['posts', null, null]],
    'the matrix has every collection');
  await root.roles.deletePermission(granted.permissions[1].permission_id);
  await refused(() => user.records.list('posts'), 'AuthorizationError', 403, 'a permission ends at once');
  await user.records.delete('posts', record.id);
  const gone = await refused(() => root.roles.deletePermission(granted.permissions[1].permission_id), 'NotFoundError', 404,
    'it goes once');
  is(gone?.message, `Permission with ID ${granted.permissions[1].permission_id} not found`, 'which is said');
  await refused(() => user.roles.getPermissions(1), 'AuthorizationError', 403, 'permissions are for superadmins');
}

async function groups(root, user, other) {
  const first = await user.groups.list();
  is([first.items.map((g) => [g.name, g.is_system]), first.total], [[['pii_access', true]], 1], 'an account has a group');
  const made = await user.groups.create({ name: 'editors', description: 'Who edits' });
  is([made.name, made.users, made.is_system, made.account_id], ['editors', [], false, user.user.account_id], 'another is created');
  await refused(() => user.groups.create({ name: 'editors' }), 'ConflictError', 409, 'a name is given once');
  is((await user.groups.update(made.id, { name: 'writers' })).description, 'Who edits', 'an update keeps the rest');
  await user.groups.addMember(made.id, user.user.id);
  is((await user.groups.get(made.id)).users.map((u) => u.email), [user.user.email], 'a member is added');
  await refused(() => user.groups.addMember(made.id, user.user.id), 'ConflictError', 409, 'once');
  await refused(() => user.groups.addMember(made.id, other.user.id), 'NotFoundError', 404, 'nobody of another account');
  is((await user.getCurrentUser()).user.groups, ['pii_access', 'writers'], 'the session knows');
  const page = await user.groups.list({ page: 1, page_size: 1, search: 'writ' });
  is([page.total, page.page, page.page_size, page.items.map((g) => g.name)], [1, 1, 1, ['writers']], 'pages and search are honoured');
  await refused(() => other.groups.get(made.id), 'NotFoundError', 404, 'another account finds nothing');
  await refused(() => other.groups.update(made.id, { name: 'x' }), 'NotFoundError', 404, 'changes nothing');
  await refused(() => other.groups.delete(made.id), 'NotFoundError', 404, 'and deletes nothing');
  await user.groups.removeMember(made.id, user.user.id);
  is((await user.groups.get(made.id)).users, [], 'a member is removed');
  await refused(() => user.groups.delete(first.items[0].id), 'ValidationError', 422, 'pii_access stays');
  await user.groups.delete(made.id);
  is((await root.groups.list({ search: 'pii' })).total, 2, 'a superadmin sees the groups of all');
}

const root = await superadmin();
const { user } = await tenant('acme', 'owner@acme.example');
const { user: other } = await tenant('rival', 'rival@rival.example');
await roles(root, user);
await permissions(root, user);
await groups(root, user, other);
done();
