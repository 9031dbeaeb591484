// isocodes.mjs — a tenant imports the ISO codes of countries, their subdivisions and languages,
// and asks the same questions by plain HTTP and through the SDK.
import { readFileSync } from 'node:fs';
import { done, is, ok, refused, superadmin, tenant, url } from './tap.mjs';

const DATA = process.env.ISO_CODES ?? '/usr/share/iso-codes/json';
const read = (file, key) => JSON.parse(readFileSync(`${DATA}/${file}.json`, 'utf8'))[key];
const text = (name, more = {}) => ({ name, type: 'text', ...more });
const RULES = {
  list_rule: '@request.auth.id != ""', view_rule: '@request.auth.id != ""',
  create_rule: '@request.auth.role = "admin"', update_rule: '@request.auth.role = "admin"',
  delete_rule: 'created_by = @request.auth.id && @has_role("admin")',
};

const root = await superadmin();
await root.collections.create({
  name: 'countries', ...RULES,
  fields: [text('alpha_2', { required: true, unique: true }), text('alpha_3', { required: true, unique: true }),
    text('name', { required: true }), text('official_name'), { name: 'number', type: 'number' }, text('flag')],
});
await root.collections.create({
  name: 'subdivisions', ...RULES,
  create_rule: '@request.auth.role = "admin" && @request.data.code != ""',
  fields: [text('code', { required: true, unique: true }), text('name', { required: true }), text('type'), text('parent'),
    { name: 'country', type: 'reference', collection: 'countries', on_delete: 'restrict', required: true }],
});
await root.collections.create({
  name: 'languages', ...RULES,
  fields: [text('alpha_3', { required: true, unique: true }), text('alpha_2'), text('name', { required: true }),
    text('scope'), text('kind'), { name: 'living', type: 'boolean' }],
});

const { user, token } = await tenant('atlas', 'keeper@atlas.example');
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };

async function call(method, path, body) {
  const reply = await fetch(`${url}/api/v1/records/${path}`, { method, headers, body: body && JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
}

async function load(collection, records) {
  const made = [];
  for (let i = 0; i < records.length; i += 100) {
    const { status, body } = await call('POST', `${collection}/batch`, { records: records.slice(i, i + 100) });
    if (status !== 201) {
      ok(false, `${collection} from ${i}`, body);
      break;
    }
    made.push(...body.created);
  }
  is(made.length, records.length, `${records.length} ${collection} are imported in batches`);
  return made;
}

const countries = read('iso_3166-1', '3166-1');
const byCode = new Map((await load('countries', countries.map((c) => ({
  alpha_2: c.alpha_2, alpha_3: c.alpha_3, name: c.name, official_name: c.official_name ?? null,
  number: Number(c.numeric), flag: c.flag,
})))).map((r) => [r.alpha_2, r.id]));
const parts = read('iso_3166-2', '3166-2');
await load('subdivisions', parts.map((s) => ({
  code: s.code, name: s.name, type: s.type, parent: s.parent ?? null, country: byCode.get(s.code.slice(0, 2)),
})));
const languages = read('iso_639-3', '639-3');
await load('languages', languages.map((l) => ({
  alpha_3: l.alpha_3, alpha_2: l.alpha_2 ?? null, name: l.name, scope: l.scope, kind: l.type, living: l.type === 'L',
})));

// Every question: collection, filter, sort, and the answer computed here.
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const like = (s, word) => s.toLowerCase().includes(word);
const german = byCode.get('DE');
const questions = [
  ['countries', '', 'name', countries.map((c) => c.name).sort(byBytes)],
  ['countries', 'number < 100', 'name', countries.filter((c) => Number(c.numeric) < 100).map((c) => c.name).sort(byBytes)],
  ['countries', "name ~ '%land%' && official_name IS NOT NULL", 'name',
    countries.filter((c) => like(c.name, 'land') && c.official_name).map((c) => c.name).sort(byBytes)],
  ['countries', "alpha_2 IN ('AW', 'CI', 'RE', 'XX')", 'name', countries.filter((c) => ['AW', 'CI', 'RE'].includes(c.alpha_2)).map((c) => c.name).sort(byBytes)],
  ['countries', "name = 'Côte d\\'Ivoire'", 'name', ["Côte d'Ivoire"]],
  ['subdivisions', `country = '${german}'`, '-code', parts.filter((s) => s.code.startsWith('DE-')).map((s) => s.code).sort(byBytes).reverse()],
  ['subdivisions', "type = 'Parish' || type = 'Canton'", 'code', parts.filter((s) => ['Parish', 'Canton'].includes(s.type)).map((s) => s.code).sort(byBytes)],
  ['subdivisions', 'parent IS NOT NULL', 'code', parts.filter((s) => s.parent).map((s) => s.code).sort(byBytes)],
  ['languages', 'living = false', 'alpha_3', languages.filter((l) => l.type !== 'L').map((l) => l.alpha_3).sort(byBytes)],
  ['languages', "alpha_2 IS NULL && scope = 'M' && living", 'alpha_3',
    languages.filter((l) => !l.alpha_2 && l.scope === 'M' && l.type === 'L').map((l) => l.alpha_3).sort(byBytes)],
];
for (const [collection, filter, sort, wanted] of questions) {
  const key = sort.replace('-', '');
  const query = new URLSearchParams({ filter, sort, limit: '100' });
  const { body } = await call('GET', `${collection}?${query}`);
  is([body.total, body.items?.map((r) => r[key])], [wanted.length, wanted.slice(0, 100)],
    `${collection} where ${filter === '' ? 'anything' : filter}`);
  let builder = user.records.query(collection).sort(key, sort.startsWith('-') ? 'desc' : 'asc').limit(100);
  if (filter !== '') builder = builder.filterRaw(filter);
  const same = await builder.get();
  is([same.total, same.items.map((r) => r[key])], [wanted.length, wanted.slice(0, 100)], 'the SDK gets the same');
}

async function walk(collection, key, sort) {
  const forward = [], back = [];
  let cursor = '', last;
  do {
    const { body } = await call('GET', `${collection}?${new URLSearchParams({ sort, limit: '100', cursor })}`);
    forward.push(...body.items.map((r) => r[key]));
    last = body.prev_cursor ?? last;
    cursor = body.next_cursor;
  } while (cursor);
  for (cursor = last; cursor;) {
    const { body } = await call('GET', `${collection}?${new URLSearchParams({ sort, limit: '100', cursor_before: cursor })}`);
    back.unshift(...body.items.map((r) => r[key]));
    cursor = body.prev_cursor;
  }
  return { forward, back };
}
const names = languages.map((l) => l.name).sort(byBytes);
const walked = await walk('languages', 'name', 'name');
is(walked.forward, names, 'a cursor walks all languages by name, none lost, none twice');
is(walked.back, names.slice(0, walked.back.length), 'and back to the first page');
ok(walked.back.length >= names.length - 100, 'from the last');
const nulls = await walk('languages', 'alpha_3', '-alpha_2');
is(new Set(nulls.forward).size, languages.length, 'a cursor over a field that is mostly null loses nothing');

const deep = await call('GET', 'subdivisions?sort=code&limit=100&skip=5100');
is([deep.body.total, deep.body.items.length], [parts.length, parts.length - 5100], 'the last page by offset');
const again = await call('POST', 'countries', { alpha_2: 'DE', alpha_3: 'XXX', name: 'Again' });
is([again.status, again.body.details?.[0]?.code], [400, 'unique'], 'unique fields hold');
const half = await call('POST', 'languages/batch', { records: [{ alpha_3: 'qqq', name: 'Private' }, { alpha_3: 'deu', name: 'Twice' }] });
is([half.status, (await call('GET', "languages?filter=alpha_3 = 'qqq'")).body.total], [400, 0], 'a bad batch leaves nothing');
const held = await call('DELETE', `countries/${german}`);
is(held.status, 409, 'a country with subdivisions stays');

const { user: other } = await tenant('elsewhere', 'keeper@elsewhere.example');
for (const collection of ['countries', 'subdivisions', 'languages'])
  is((await other.records.list(collection)).total, 0, `another account sees no ${collection}`);
is((await other.records.create('countries', { alpha_2: 'DE', alpha_3: 'DEU', name: 'Germany' })).alpha_2, 'DE',
  'and may use the same unique values');
await refused(() => other.records.create('subdivisions', { code: 'DE-XX', name: 'x', country: german }),
  'SnackBaseError', 400, 'but cannot refer to a record of the first');
is((await root.records.list('languages', { limit: 1 })).total, languages.length, 'a superadmin counts them all');
done();
