// seed.mjs — an installation in which every page has something to show: two accounts, and one of everything in them.
import { call, PASSWORD, ROOT, signIn, tenant, upload } from './api.mjs';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const NO_FILE = /["/\\]/; /* what browsers change in the name of a file, and paths, which are cut off */
const RULES = { list_rule: '', view_rule: '', create_rule: '', update_rule: '', delete_rule: '' };

// Names what a text is for: the same again, so that pages can be searched for it.
const tame = (what) => what;

// say(what, most, not): the text, of at most so many characters and unlike not, that stands where something is called what.
// Gives tokens, ids, and parts of addresses that are worth a visit.
export async function seed({ say = tame, people = 12, records = 60 } = {}) {
  const root = (await signIn(ROOT)).token;
  const acme = await tenant('acme', say('Acme Harbour'));
  const other = await tenant('other', say('Other Company'));
  const it = { root, acme, other, ids: {}, prefer: [] };
  await definitions(it, say);
  await members(it, say, people);
  await codelists(it, say);
  await contents(it, say, records);
  await operation(it, say);
  await savedView(it, say);
  it.prefer.push(...Object.values(it.ids).filter((id) => String(id).length > 20));
  return it;
}

async function definitions({ root, ids }, say) {
  const people = await call(root, 'POST', '/collections', {
    name: 'customers', ...RULES, list_rule: '@request.auth.id != ""',
    fields: [{ name: 'name', type: 'text', required: true }, { name: 'mail', type: 'email', unique: true }],
  });
  const orders = await call(root, 'POST', '/collections', {
    name: 'orders', ...RULES,
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'note', type: 'text', default: say('a default') },
      { name: 'amount', type: 'number' },
      { name: 'open', type: 'boolean' },
      { name: 'due', type: 'date' },
      { name: 'paid_at', type: 'datetime' },
      { name: 'contact', type: 'email' },
      { name: 'link', type: 'url' },
      { name: 'extra', type: 'json' },
      { name: 'customer', type: 'reference', collection: 'customers', on_delete: 'cascade' },
      { name: 'others', type: 'references', collection: 'customers', on_delete: 'set_null', options: { max: 5 } },
      { name: 'scan', type: 'file' },
      { name: 'state', type: 'select', options: ['open', say('in work'), 'done'] },
      { name: 'tags', type: 'select', options: { values: ['new', say('urgent')], max: 2 } },
      { name: 'iban', type: 'text', pii: true, mask_type: 'full' },
      { name: 'doubled', type: 'computed', expression: 'amount * 2', return_type: 'number' },
    ],
    indexes: [['state', '-created_at']],
  });
  const view = await call(root, 'POST', '/collections', {
    name: 'open_orders', type: 'view', list_rule: '', view_rule: '',
    query: 'SELECT o.id, o.account_id, o.title, o.amount FROM col_orders o WHERE o.open',
    fields: [{ name: 'title', type: 'text' }, { name: 'amount', type: 'number' }],
  });
  await call(root, 'POST', '/collections', { name: 'empty', fields: [{ name: 'title', type: 'text' }] });
  const macro = await call(root, 'POST', '/macros', {
    name: 'is_big', description: say('Whether an order is big'), sql_query: 'SELECT 1 WHERE :amount > 100', parameters: ['amount'],
  });
  Object.assign(ids, { customers: people.id, orders: orders.id, view: view.id, macro: macro.id });
}

async function members(it, say, people) {
  const { root, acme, other, ids } = it;
  const role = await call(root, 'POST', '/roles', { name: say('Auditor', 50), description: say('Reads everything') });
  const unused = await call(root, 'POST', '/roles', { name: say('Nobody', 50) });
  it.prefer.push(`/roles/${unused.id}`, '/codelists/unused', '/codelists/regions');
  const permission = { collection: 'orders', rules: { read: { rule: 'true', fields: ['title', 'amount'] } } };
  await call(root, 'POST', '/permissions', { role_id: role.id, ...permission });
  const roles = (await call(root, 'GET', '/roles')).items;
  const user = roles.find((r) => r.name === 'user').id;
  const admin = roles.find((r) => r.name === 'admin').id;
  for (const [n, at] of [...Array(people).keys()].map((i) => [i, acme]))
    ids[`user${n}`] = (await call(root, 'POST', '/users', {
      email: `person${n}@acme.example.com`, account_id: at.account.id, role_id: n === 1 ? role.id : user, password: PASSWORD,
      is_active: n !== 2, profile_data: { display_name: say('Person') },
    })).id;
  await call(root, 'POST', '/users', { email: 'second@acme.example.com', account_id: acme.account.id, role_id: admin, password: PASSWORD });
  ids.stranger = (await call(root, 'POST', '/users', { email: 'stranger@other.example.com', account_id: other.account.id, role_id: user, password: PASSWORD })).id;
  const group = await call(acme.token, 'POST', '/groups', { name: say('Warehouse'), description: say('Those who pack') });
  await call(acme.token, 'POST', `/groups/${group.id}/users`, { user_id: ids.user0 });
  const invitation = await call(acme.token, 'POST', '/invitations', { email: 'invited@acme.example.com' });
  const key = await call(root, 'POST', '/admin/api-keys', { name: say('Shop front') });
  Object.assign(ids, { role: role.id, group: group.id, invitation: (invitation.invitation ?? invitation).id, key: key.id });
}

async function codelists({ root, acme }, say) {
  await call(root, 'POST', '/codelists', { code: 'regions', name: say('Regions'), description: say('Where we deliver'), scope: 'system', is_extensible: true });
  await call(root, 'POST', '/codelists/regions/manage/values', {
    code: 'north', definition: say('Above the river'), labels: [{ language: 'en', label: say('North') }],
  });
  await call(acme.token, 'PUT', '/codelists/regions/values/north/override', { visibility: 'hidden' });
  await call(root, 'POST', '/codelists', { code: 'unused', name: say('Unused'), scope: 'system' });
  await call(acme.token, 'POST', '/codelists', { code: 'sizes', name: say('Sizes'), scope: 'account' });
  await call(acme.token, 'POST', '/codelists/sizes/manage/values', { code: 'small', labels: [{ language: 'en', label: say('Small') }] });
}

async function contents({ acme, other, ids }, say, records) {
  const { token } = acme;
  const scan = await upload(token, say('delivery note.txt', 100, NO_FILE), 'text/plain', 'received in good order');
  const picture = await upload(token, say('dot.png', 100, NO_FILE), 'image/png', PNG);
  await upload(token, say('nobody holds me.txt', 100, NO_FILE), 'text/plain', 'orphan');
  const first = await call(token, 'POST', '/records/customers', { name: say('Ida Customer'), mail: 'ida@example.com' });
  const order = await call(token, 'POST', '/records/orders', {
    title: say('First order'), note: say('Mind the dog'), amount: 12.5, open: true, due: '2026-12-01', paid_at: '2026-11-20T10:00:00Z',
    contact: 'ida@example.com', link: 'https://example.com/?a=1&b=2', extra: { deep: [say('json'), { n: null }] },
    customer: first.id, others: [first.id], scan, state: 'open', tags: ['new', say('urgent')], iban: 'DE02120300000000202051',
  });
  await call(token, 'PATCH', `/records/orders/${order.id}`, { title: say('Changed order'), amount: 13 });
  await call(token, 'PATCH', `/records/orders/${order.id}`, { scan: picture, note: null });
  for (let n = 0; n < records; n += 50)
    await call(token, 'POST', '/records/orders/batch', {
      records: [...Array(Math.min(50, records - n)).keys()].map((i) => ({
        title: say(`Order ${n + i}`), amount: n + i, open: i % 2 === 0, customer: first.id,
      })),
    });
  const theirs = await call(other.token, 'POST', '/records/orders', { title: 'of others' });
  const theirFile = await upload(other.token, 'theirs.txt', 'text/plain', 'of others');
  Object.assign(ids, { customer: first.id, order: order.id, scan: scan.path, theirs: theirs.id, theirFile: theirFile.path });
}

// By the form of its page: there is no other way.
async function savedView({ root, acme }, say) {
  for (const token of [root, acme.token]) {
    const cookie = `larder_session=${token}`;
    const at = `${process.env.LARDER_URL}/admin/records/orders/views`;
    const csrf = /name="csrf" value="([^"]*)"/.exec(await (await fetch(at, { headers: { cookie } })).text())[1];
    const reply = await fetch(at, {
      method: 'POST', headers: { cookie }, redirect: 'manual', body: new URLSearchParams({ csrf, query: 'sort=-amount', name: say('Dearest') }),
    });
    if (reply.status !== 303) throw new Error(`no view is saved: ${reply.status}`);
  }
}

async function operation({ root, acme, ids }, say) {
  const provider = await call(root, 'POST', '/admin/configuration', {
    category: 'auth_providers', provider_name: 'google', display_name: say('Sign in with Google'), config: { client_id: 'x', client_secret: 'very secret' },
  });
  const mail = await call(root, 'POST', '/admin/configuration', {
    category: 'email_providers', provider_name: 'smtp', display_name: say('Mail of Acme'), account_id: acme.account.id, enabled: false,
    config: { host: '127.0.0.1', port: 9, username: '', password: '', use_tls: false, from_email: 'acme@example.com', from_name: 'Acme' },
  });
  const templates = await call(root, 'GET', '/admin/email/templates');
  const template = (templates.items ?? templates)[0];
  await call(root, 'PUT', `/admin/email/templates/${template.id}`, { subject: say('Welcome').slice(0, 255), html_body: `<p>${say('the mail')}</p><script>alert(7);globalThis.owned=1</script>`, text_body: say('the mail') });
  Object.assign(ids, { provider: provider.id, mail: mail.id, template: template.id });
}
