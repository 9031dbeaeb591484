// life.mjs — from the first sign-in to a tenant's records and back: with scripts and a mouse, and without scripts by keyboard.
import { is, none, ok } from '../lib/tap.mjs';
import { PASSWORD, ROOT } from './api.mjs';
import { done, leave, tab, visit, visitor, where } from './browser.mjs';
import { hands } from './hands.mjs';

const FILE = { name: 'delivery <note>.txt', mimeType: 'text/plain', buffer: Buffer.from('received in good order') };
const text = (page) => page.locator('main').innerText();

async function signIn(h, { account, email, password = PASSWORD }) {
  await h.write('account', account);
  await h.write('email', email);
  await h.write('password', password);
  await h.press('Sign in');
}

async function signOut(h) {
  await h.leave();
  is(where(h.page), '/admin/sign-in', 'signing out leads to the door');
}

// ---- the superadmin: an account and its administrator ---------------------------------------------

async function settle(h, slug) {
  const { page } = h;
  const wanted = '/admin/accounts/new?from=a%20bookmark';
  await visit(page, wanted);
  is(where(page), `/admin/sign-in?next=${encodeURIComponent(wanted)}`, 'who is not signed in is asked to');
  await signIn(h, { ...ROOT, password: 'Wrong-Horse-7-Battery' });
  ok(page.reply.status() >= 400, 'not with a wrong password', page.reply.status());
  await h.write('password', ROOT.password);
  await h.press('Sign in');
  is(where(page), wanted, 'and comes to where they were going');

  await h.press('Create the account');
  is(page.reply.status(), 422, 'an account needs a name');
  ok(await page.locator('[role=alert] a[href="#f-name"]').isVisible(), 'the summary of faults leads to the field');
  await h.write('name', `Harbour ${slug}`);
  await h.write('slug', slug);
  await h.press('Create the account');
  await h.says(`Harbour ${slug}`);

  await h.menu('Users');
  await h.link('New user');
  await h.write('account', slug);
  await h.write('email', `owner@${slug}.example.com`);
  await h.choose('role_id', 'admin');
  await h.write('password', PASSWORD);
  await h.tick('verified');
  await h.press('Create the user');
  ok((await text(page)).includes(`owner@${slug}.example.com`), 'an account and its administrator');
}

// ---- two collections and a rule -------------------------------------------------------------------

async function build(h, name, fields) {
  await h.menu('Collections');
  await h.link('New collection');
  await h.write('name', name);
  for (const [i, field] of fields.entries()) {
    if (i > 0) await h.send(`add ${field.type}`);
    await h.write(`fields.${i}.name`, field.name);
    if (field.target) {
      await h.choose(`fields.${i}.collection`, field.target);
      await h.choose(`fields.${i}.on_delete`, 'cascade');
    }
  }
  await h.send('review');
  await h.says('Nothing is changed yet.');
  await h.send('apply');
  ok((await text(h.page)).includes(name), `a collection ${name}`);
}

async function define(h, customers, orders) {
  await build(h, customers, [{ type: 'text', name: 'name' }]);
  await build(h, orders, [{ type: 'text', name: 'title' }, { type: 'reference', name: 'customer', target: customers }, { type: 'file', name: 'scan' }]);
  for (const name of [customers, orders]) {
    await h.menu('Rules');
    await h.link(name);
    for (const operation of ['list', 'view', 'create', 'update', 'delete']) {
      await h.choose(`${operation}_who`, 'rule');
      await h.write(`${operation}_rule`, operation === 'list' ? 'user.id = ' : '@request.auth.id != ""');
    }
    await h.send('check');
    await h.says('Line 1, column');
    await h.write('list_rule', '@request.auth.id != ""');
    await h.send('save');
    is(h.page.reply.status(), 200, `rules for ${name}`);
  }
}

// ---- the administrator: records with a reference and a file ----------------------------------------

async function attach(h, file) {
  await h.link('Upload a file');
  await h.attach('file', file);
  await h.press(/upload/i);
}

// By its name: the list below the field when scripts run, a page to find it on otherwise.
async function refer(h, field, name, scripts) {
  if (!scripts) {
    await h.send(field, 'find');
    await h.press(name);
    return;
  }
  await h.write(field, name.slice(0, 3));
  const option = h.page.getByRole('option', { name });
  await option.waitFor();
  await h.page.keyboard.press('ArrowDown');
  await h.page.keyboard.press('Enter');
  await option.waitFor({ state: 'hidden' });
}

async function work(h, { slug, customers, orders, scripts, by }) {
  const { page } = h;
  await signIn(h, { account: slug, email: `owner@${slug}.example.com` });
  is(where(page), '/admin', 'an administrator comes to the dashboard');
  await h.menu('Records');
  await h.link(customers);
  await h.link('New record');
  await h.write('v-name', 'Ida <b>Customer</b>');
  await h.press('Save');
  ok((await text(page)).includes('Ida <b>Customer</b>'), 'a record is in the list');

  await h.menu('Records');
  await h.link(orders);
  await h.link('New record');
  await attach(h, FILE);
  await h.write('v-title', 'First order');
  await refer(h, 'v-customer', 'Ida <b>Customer</b>', scripts);
  is(await h.field('v-title').inputValue(), 'First order', 'what was typed stays');
  await h.press('Save');
  await h.link('First order');
  ok((await text(page)).includes(FILE.name), 'a record with a reference and a file');
  await change(h, by);
  await restore(h);
  await remove(h, customers, orders);
}

// Two tabs: the second is told what the first has done, and its own words are kept.
async function change(h, by) {
  const { page } = h;
  const second = await tab(page);
  await visit(second, where(page));
  await h.write('v-title', 'Changed order');
  await h.press('Save and continue');
  const other = hands(second, { by });
  await other.write('v-title', 'Late order');
  await other.press('Save');
  is(second.reply.status(), 409, 'a form that is late is not taken');
  const said = await text(second);
  ok(said.includes('Changed order'), 'what has become of it is shown', said);
  is(await other.field('v-title').inputValue(), 'Late order', 'beside what was typed');
  await other.press('Save');
  is(second.reply.status(), 200, 'sent once more it is');
  none(second.faults, 'without a fault in the second tab');
  await second.close();
}

// Back to what it was first, out of the trail.
async function restore(h) {
  const { page } = h;
  await page.reload();
  await h.link('History');
  ok((await text(page)).includes('Late order'), 'the history tells of each change');
  await h.linkLast('Restore this version');
  await h.says('First order');
  await h.press(/restore/i);
  is(await h.field('v-title').inputValue(), 'First order', 'and brings back what was');
}

// What refers to a record goes with it, which is said before.
async function remove(h, customers, orders) {
  const { page } = h;
  await h.menu('Records');
  await h.link(customers);
  await h.link('Ida <b>Customer</b>');
  await h.link('Delete');
  ok(/First order|Records/.test(await text(page)) && (await text(page)).includes(orders), 'deleting says what else goes');
  await h.press(/delete/i);
  await h.menu('Records');
  await h.link(orders);
  ok(!(await text(page)).includes('First order'), 'and it is gone');
  await signOut(h);
  await page.goBack();
  ok(!(await page.content()).includes(customers), 'and going back shows nothing to who comes next', where(page));
}

const modes = [{ scripts: true, by: 'mouse' }, { scripts: false, by: 'keyboard' }].filter((m) => !process.env.ONLY || m.by === process.env.ONLY);
for (const [n, mode] of modes.entries()) {
  const page = await visitor(mode);
  const h = hands(page, mode);
  await settle(h, `life${n}`);
  await define(h, `customers_${n}`, `orders_${n}`);
  await signOut(h);
  await work(h, { slug: `life${n}`, customers: `customers_${n}`, orders: `orders_${n}`, ...mode });
  none(page.faults, 'nothing went wrong on any page');
  await leave(page);
}
await done();
