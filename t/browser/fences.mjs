// fences.mjs — every form of every page: refused without its token, with another's, from another site, when signed out;
// and nobody gets to pages or things that are not theirs.
import { is, none } from '../lib/tap.mjs';
import { call, PASSWORD, ROOT, signIn } from './api.mjs';
import { base, done, leave, visitor } from './browser.mjs';
import { entered, routeOf, routes, walk } from './desk.mjs';
import { seed } from './seed.mjs';

const table = (method) => routes(process.env.PAGES, method).filter((r) => /^\/admin/.test(r.pattern));
const pages = table('GET');
const outside = /^\/admin\/(sign-in|sign-out|forgotten|install|live)$/;
const it = await seed({ people: 4, records: 4 });
const own = Object.values(it.ids).map(String).filter((id) => id.length > 20).concat(it.acme.account.id, it.acme.user.id);

// ---- asking without a browser --------------------------------------------------------------------

const cookie = (token) => ({ cookie: `larder_session=${token}` });
async function ask(path, headers, fields) {
  const init = { headers: { ...headers }, redirect: 'manual' };
  if (fields !== undefined) Object.assign(init, { method: 'POST', body: bodyOf(fields) });
  const reply = await fetch(`${base}${path}`, init);
  return { status: reply.status, to: reply.headers.get('location'), text: await reply.text() };
}

function bodyOf({ multipart, pairs }) {
  const body = multipart ? new FormData() : new URLSearchParams();
  pairs.forEach(([name, value]) => body.append(name, value));
  return body;
}

const without = (form, name) => ({ ...form, pairs: form.pairs.filter(([n]) => n !== name) });
const withToken = (form, token) => ({ ...form, pairs: [['csrf', token], ...without(form, 'csrf').pairs] });

// Changes leave rows in the trail: those of the people here are looked at, since the worker goes on meanwhile.
const idOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).user_id;
async function lastChange() {
  const of = await Promise.all([root, acme, other].map(async ({ token }) => {
    const { items, total } = await call(it.root, 'GET', `/audit-logs?limit=1&user_id=${idOf(token)}`);
    return `${total} ${items[0].id}`;
  }));
  return of.join(', ');
}

// ---- the forms of the pages ----------------------------------------------------------------------

async function collect(who, need) {
  const { token } = await signIn(who);
  const page = await visitor({ scripts: false });
  await page.context().addCookies([{ name: 'larder_session', value: token, url: base }]);
  const found = { token, forms: new Map(), paths: new Set(), csrf: '' };
  const each = async (at, route, path) => {
    found.paths.add(path);
    for (const form of await at.evaluate(formsHere)) {
      found.csrf = form.pairs.find(([n]) => n === 'csrf')?.[1] ?? found.csrf;
      for (const action of form.actions) found.forms.set(action.replace(base, ''), form);
    }
  };
  await walk(page, pages.filter((r) => need.includes(r.need) && !outside.test(r.pattern)), { prefer: it.prefer, most: 2, each });
  await leave(page);
  return found;
}

// Runs in the page. Buttons may send a form elsewhere.
function formsHere() {
  return [...document.querySelectorAll('form[method=post]')].map((form) => ({
    multipart: form.getAttribute('enctype') === 'multipart/form-data',
    pairs: [...new FormData(form)].filter(([, v]) => typeof v === 'string'),
    actions: [new URL(form.getAttribute('action') || location.href, location.href).href]
      .concat([...form.querySelectorAll('[formaction]')].map((b) => new URL(b.getAttribute('formaction'), location.href).href)),
  }));
}

// One form of each route; those that end the session or change who one is are left to the end.
function oneOfEach(found) {
  const forms = new Map();
  for (const [action, form] of found.forms) {
    const route = routeOf(posts, action);
    if (route !== undefined && !forms.has(route.pattern)) forms.set(route.pattern, { action, form });
  }
  return forms;
}

const posts = table('POST');
const root = await collect(ROOT, ['superadmin', 'admin', 'user']);
const acme = await collect({ account: 'acme', email: it.acme.email }, ['admin', 'user']);
const other = await collect({ account: 'other', email: it.other.email }, ['admin', 'user']);
const strange = [...root.forms.keys()].filter((action) => routeOf(posts, action) === undefined);
none(strange, 'every form is sent to a page that takes it');
const formless = posts.filter((r) => !outside.test(r.pattern) && ![root, acme].some((found) => oneOfEach(found).has(r.pattern)));
is(formless.map((r) => r.pattern), [], 'every page that takes a form has one');

// ---- tokens --------------------------------------------------------------------------------------

async function refusedAll(forms, headers, change, what) {
  const before = await lastChange();
  const taken = [];
  for (const [pattern, { action, form }] of forms) {
    const { status } = await ask(action, headers, change(form));
    if (status !== 403 && status !== 401) taken.push(`POST ${pattern}: ${status}`);
  }
  none(taken, `${what}: refused`);
  is(await lastChange(), before, 'and nothing has changed');
}

for (const [name, found] of [['superadmin', root], ['administrator', acme]]) {
  const forms = oneOfEach(found);
  const mine = cookie(found.token);
  const theirs = (found === root ? acme : root).csrf;
  const fresh = await signIn(found === root ? ROOT : { account: 'acme', email: it.acme.email });
  await refusedAll(forms, mine, (form) => without(form, 'csrf'), `${name}, without the token`);
  await refusedAll(forms, mine, (form) => withToken(form, ''), `${name}, with an empty token`);
  await refusedAll(forms, mine, (form) => withToken(form, theirs), `${name}, with the token of somebody else`);
  await refusedAll(forms, cookie(fresh.token), (form) => form, `${name}, with the token of an earlier session`);
  await refusedAll(forms, { ...mine, origin: 'https://evil.example' }, (form) => form, `${name}, from another origin`);
  await refusedAll(forms, { ...mine, 'sec-fetch-site': 'cross-site' }, (form) => form, `${name}, from another site`);
  await refusedAll(forms, { ...mine, 'sec-fetch-site': 'same-site' }, (form) => form, `${name}, from a neighbour`);
  await refusedAll(forms, {}, (form) => form, `${name}, without the session`);
  await refusedAll(forms, { authorization: `Bearer ${found.token}` }, (form) => form, `${name}, with a header instead of the cookie`);
}

// Refusals prove something only where the same form, sent as it should be, is taken.
const likes = oneOfEach(acme).get('/admin/me');
is((await ask(likes.action, cookie(acme.token), withToken(likes.form, acme.csrf))).status, 303, 'a form of their own session is taken');

// ---- who is let in -------------------------------------------------------------------------------

async function closed(paths, headers, good, what) {
  const open = [];
  for (const path of paths) {
    const { status, to } = await ask(path, headers);
    if (!good(status, to, path)) open.push(`GET ${path}: ${status} ${to ?? ''}`);
  }
  none(open, what);
}
const refused = (status) => status === 403 || status === 404;
const everything = [...root.paths, ...acme.paths];

await closed(everything, {}, (status, to, path) => status === 303 && to === `/admin/sign-in?next=${encodeURIComponent(path)}`,
  'whoever is not signed in is asked to, and will come back');
await closed(everything, { authorization: `Bearer ${root.token}` }, (status) => status === 303, 'a token in a header opens no page');
await closed(everything, cookie('x'.repeat(40)), (status) => status === 303, 'nor does a cookie of nobody');
await closed([...root.paths].filter((path) => routeOf(pages, path).need === 'superadmin'), cookie(acme.token), refused, 'no administrator sees what is the superadmin\'s');
const member = await signIn({ account: 'acme', email: 'person0@acme.example.com', password: PASSWORD });
await closed(everything.filter((path) => routeOf(pages, path).need !== 'user'), cookie(member.token), refused, 'nobody else sees any page');
const theirs = [...acme.paths].filter((path) => own.some((id) => path.split('?')[0].includes(id)) && routeOf(pages, path).pattern.includes('{'));
await closed(theirs, cookie(other.token), refused, 'an administrator of another account sees nothing of this one');

// ---- who may change what -------------------------------------------------------------------------

const before = await lastChange();
const done_ = [];
for (const [who, found, forms] of [['of another account', other, [...acme.forms].filter(([action]) => own.some((id) => action.split('?')[0].includes(id)))],
  ['of an account', acme, [...root.forms].filter(([action]) => routeOf(posts, action)?.need === 'superadmin')]])
  for (const [action, form] of forms) {
    if (/\/(me|act|sign-out)\b/.test(action)) continue;
    const { status } = await ask(action, cookie(found.token), withToken(form, found.csrf));
    if (!refused(status)) done_.push(`an administrator ${who}, POST ${action}: ${status}`);
  }
none(done_, 'nor does anybody change what is not theirs');
is(await lastChange(), before, 'and nothing has changed');

await call(acme.token, 'POST', '/auth/logout', {});
await refusedAll(oneOfEach(acme), cookie(acme.token), (form) => form, 'after signing out');
await closed(acme.paths, cookie(acme.token), (status) => status === 303, 'nor are pages shown');
await done();
