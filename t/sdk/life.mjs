// life.mjs — sign-up, collections, rules and records through the published SDK, errors included.
import { client, done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const SIGNED_IN = '@request.auth.id != ""';
const OWNER = 'created_by = @request.auth.id';

async function sessions() {
  const c = client();
  const email = 'owner@acme.example';
  const password = 'Correct-Horse-7-Battery';
  const registered = await c.register({ email, password, account_name: 'Acme', account_slug: 'acme' });
  is(registered.account.slug, 'acme', 'register answers the account');
  is(registered.user.role, 'admin', 'whose first user is its admin');
  await refused(() => c.register({ email, password, account_name: 'Acme', account_slug: 'acme' }),
    'ConflictError', 409, 'a slug is taken once');
  await refused(() => c.login({ account: 'acme', email, password: 'Wrong-Horse-7-Battery' }),
    'AuthenticationError', 401, 'a wrong password is refused');
  await refused(() => c.register({ email: 'nobody', password, account_name: 'X' }),
    'ValidationError', 422, 'a bad address is refused');

  const session = await c.login({ account: 'acme', email, password });
  ok(session.token && session.refresh_token && session.expires_in > 0, 'login answers a session');
  ok(c.isAuthenticated && c.user.account_id === session.account.id, 'the client knows its tenant');
  const me = await c.getCurrentUser();
  is([me.email, me.role, me.account_id], [email, 'admin', session.account.id], 'me is the one who signed in');
  is(c.account.slug, 'acme', 'and the account keeps its slug after me');
  const first = session.token;
  await c.refreshToken();
  ok(c.isAuthenticated && (await c.getCurrentUser()).email === email, 'a refreshed session works');
  ok(first !== undefined, 'the first token was there');
  await c.logout();
  ok(!c.isAuthenticated, 'logout ends the session here');
  const stale = client({ getAccessToken: () => first });
  await refused(() => stale.getCurrentUser(), 'AuthenticationError', 401, 'and on the server');
  await c.login({ account: 'acme', email, password });
  ok(c.isAuthenticated, 'signing in again works');
  return c;
}

async function definitions(root, user) {
  ok(root.isSuperadmin, 'the client recognises a superadmin');
  const people = await root.collections.create({
    name: 'people',
    fields: [{ name: 'name', type: 'text', required: true }, { name: 'mail', type: 'email', unique: true }],
    list_rule: '', view_rule: '', create_rule: SIGNED_IN, update_rule: OWNER, delete_rule: OWNER,
  });
  is(people.fields.map((f) => f.name), ['name', 'mail'], 'a collection is created with its fields');
  await root.collections.create({
    name: 'tasks',
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'points', type: 'number', default: 1 },
      { name: 'done', type: 'boolean', default: false },
      { name: 'due', type: 'datetime' },
      { name: 'day', type: 'date' },
      { name: 'link', type: 'url' },
      { name: 'extra', type: 'json' },
      { name: 'person', type: 'reference', collection: 'people', on_delete: 'restrict' },
    ],
    list_rule: `${OWNER} || done = true`, view_rule: `${OWNER} || done = true`,
    create_rule: SIGNED_IN, update_rule: OWNER, delete_rule: OWNER,
  });
  const names = await root.collections.listNames();
  is([...names].sort(), ['people', 'tasks'], 'names are listed');
  is((await root.collections.get(people.id)).name, 'people', 'one is found by id');
  is((await root.collections.list()).map((c) => c.name).sort(), ['people', 'tasks'], 'all are listed');
  is((await root.collections.listPaginated({ page: 1, page_size: 1 })).total_pages, 2, 'in pages');
  const grown = await root.collections.update(people.id, {
    fields: [...people.fields, { name: 'age', type: 'number' }],
  });
  is(grown.fields.length, 3, 'a field is added');
  await refused(() => root.collections.update(people.id, { fields: grown.fields.slice(1) }),
    'SnackBaseError', 400, 'none is dropped');
  await refused(() => root.collections.create({ name: 'People', fields: [{ name: 'x', type: 'text' }] }),
    'ConflictError', 409, 'a name is taken once, whatever its case');
  const denied = await refused(() => user.collections.list(), 'AuthorizationError', 403, 'tenants define nothing');
  is(denied?.message, 'Superadmin access required', 'and are told why');
  const rules = await root.collectionRules.get('tasks');
  is(rules.create_rule, SIGNED_IN, 'rules are read');
  const changed = await root.collectionRules.update('tasks', { delete_rule: '@owns_record()' });
  is(changed.delete_rule, '@owns_record()', 'and changed');
  await refused(() => root.collectionRules.update('tasks', { delete_rule: 'nobody = 1' }),
    'SnackBaseError', 400, 'a rule about unknown fields is refused');
}

async function records(user) {
  const ada = await user.records.create('people', { name: 'Ada', mail: 'ada@acme.example' });
  const task = await user.records.create('tasks', {
    title: "it's \"quoted\" ✓", points: 2.5, due: '2026-03-01T10:00:00+02:00', day: '2026-03-01',
    link: 'https://example.org/a?b=c', extra: { a: [1, null, 'x'] }, person: ada.id,
  });
  is([task.points, task.done, task.due, task.day, task.extra, task.person],
    [2.5, false, '2026-03-01T08:00:00Z', '2026-03-01', { a: [1, null, 'x'] }, ada.id], 'a record comes back whole');
  is(await user.records.get('tasks', task.id).then((r) => r.title), task.title, 'and is found by id');
  is(Object.keys(await user.records.get('tasks', task.id, { fields: ['title'] })).includes('points'), false,
    'fields choose what comes');
  const whole = await user.records.update('tasks', task.id, { title: 'new', done: true });
  is([whole.title, whole.points, whole.person], ['new', 1, ada.id], 'put fills in defaults, keeps the rest');
  is((await user.records.patch('tasks', task.id, { points: -5 })).points, -5, 'patch changes one field');

  await refused(() => user.records.create('tasks', { points: 1 }), 'SnackBaseError', 400, 'a required field is missed');
  await refused(() => user.records.create('tasks', { title: 'x', person: 'nobody' }),
    'SnackBaseError', 400, 'a reference must exist');
  await refused(() => user.records.create('people', { name: 'Eve', mail: 'ada@acme.example' }),
    'SnackBaseError', 400, 'unique means once');
  await refused(() => user.records.create('tasks', { title: 'x', id: 'mine' }),
    'ValidationError', 422, 'ids are ours to give');
  await refused(() => user.records.get('tasks', '00000000-0000-4000-8000-000000000000'),
    'NotFoundError', 404, 'what is not there is not found');
  await refused(() => user.records.delete('people', ada.id), 'ConflictError', 409, 'a referenced record stays');

  const made = await user.records.batchCreate('tasks', Array.from({ length: 40 }, (_, i) => ({ title: `t${i}`, points: i })));
  is(made.count, 40, 'a batch is created');
  const ids = made.created.map((r) => r.id);
  is((await user.records.batchUpdate('tasks', ids.slice(0, 3).map((id) => ({ id, data: { done: true } })))).count, 3,
    'a batch is updated');
  is((await user.records.batchDelete('tasks', ids.slice(38))).deleted, ids.slice(38), 'a batch is deleted');
  return { ada, task, ids };
}

async function queries(user) {
  const page = await user.records.query('tasks').filter('points', '>', 9).filter('title', '~', 't%')
    .sort('points', 'desc').sort('title').page(2, 10).get();
  is([page.total, page.skip, page.limit, page.items.length, page.items[0].points], [28, 10, 10, 10, 27],
    'the builder pages through a filtered, sorted list');
  is((await user.records.query('tasks').filter('points', '=', -5).first()).title, 'new', 'negative numbers compare');
  is(await user.records.query('tasks').filter('title', '=', "o'clock").first(), null, 'quotes are escaped');
  is((await user.records.query('tasks').filter('title', 'IN', ['t1', 't2']).get()).total, 2, 'IN takes a list');
  is((await user.records.query('tasks').filter('due', 'IS NULL').get()).total, 38, 'so does IS NULL');
  is((await user.records.query('tasks').filter('(points > 35 || points < 0) && done != true').get()).total, 2,
    'raw filters join with &&');
  await refused(() => user.records.list('tasks', { filter: 'nothing = 1' }), 'SnackBaseError', 400,
    'an unknown field is refused');

  const seen = [];
  let cursor = '';
  do {
    const part = await user.records.list('tasks', { cursor, limit: 7, sort: 'points' });
    seen.push(...part.items.map((r) => r.points));
    cursor = part.next_cursor;
  } while (cursor);
  is(seen.length, 39, 'cursors walk the whole set');
  ok(seen.every((n, i) => i === 0 || seen[i - 1] <= n), 'in order');
}

async function strangers(root, user, { task, ids }) {
  const { user: other } = await tenant('rival', 'rival@rival.example');
  is((await other.records.list('tasks')).total, 0, 'another account sees nothing');
  await refused(() => other.records.get('tasks', task.id), 'NotFoundError', 404, 'not by id either');
  await refused(() => other.records.patch('tasks', task.id, { title: 'mine' }), 'NotFoundError', 404, 'changes nothing');
  await refused(() => other.records.delete('tasks', ids[0]), 'NotFoundError', 404, 'and deletes nothing');
  ok((await root.records.list('tasks')).total >= 39, 'a superadmin sees all');

  const guest = client({ accountId: 'acme' });
  is((await guest.records.list('people')).total, 1, 'a guest lists what is public in the named account');
  await refused(() => guest.records.list('tasks'), 'AuthenticationError', 401, 'and nothing that asks who they are');
  is((await client({ accountId: 'rival' }).records.list('people')).total, 0, 'of that account alone');
}

const root = await superadmin();
const user = await sessions();
await definitions(root, user);
const made = await records(user);
await queries(user);
await strangers(root, user, made);
const gone = await root.collections.list();
await root.collections.delete(gone.find((c) => c.name === 'tasks').id);
is(await root.collections.listNames(), ['people'], 'a collection is deleted');
done();
