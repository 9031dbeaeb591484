// tour.mjs — every page there is, found by links alone, as the superadmin, as an administrator and in an account with nothing.
import { readFileSync } from 'node:fs';
import { is, none } from '../lib/tap.mjs';
import { ROOT } from './api.mjs';
import { done, leave, visitor } from './browser.mjs';
import { entered, routes, walk } from './desk.mjs';
import { inspect } from './inspect.mjs';

const pages = routes(process.env.PAGES).filter((r) => r.pattern.startsWith('/admin'));
const outside = /^\/admin\/(sign-in|sign-out|forgotten|install|live)$/;
const foreign = /\/preview$/; /* a mail, which is not a page of ours */

async function tour(who, token, { need, scripts, prefer, most, again = true, locale }) {
  const page = await visitor({ scripts, locale });
  await entered(page, who, token);
  const looked = new Map();
  const each = async (at, route) => {
    if (foreign.test(route.pattern)) return;
    const n = looked.get(route.pattern) ?? 0;
    looked.set(route.pattern, n + 1);
    await inspect(at, `${who.account}${route.pattern.slice('/admin'.length)}${n > 0 ? `-${n + 1}` : ''}`, { title: n === 0, again: n > 0 || again });
  };
  const mine = pages.filter((r) => need.includes(r.need) && !outside.test(r.pattern));
  const { unreached, broken } = await walk(page, mine, { prefer, most, each });
  none(broken, `as ${who.email}: every link leads somewhere`);
  await leave(page);
  return unreached;
}

const it = JSON.parse(readFileSync(process.env.SEED));

// Two scripts, which run side by side.
if (process.env.WHO === 'root') {
  const page = await visitor();
  for (const path of ['/admin/sign-in', '/admin/forgotten']) {
    await page.goto(path);
    await inspect(page, path.slice('/admin/'.length));
  }
  await leave(page);
  is(await tour(ROOT, it.root, { need: ['superadmin', 'admin', 'user'], scripts: true, prefer: it.prefer, most: 1, again: false }), [],
    'the superadmin gets to every page by links');
} else {
  const own = it.prefer.filter((part) => !part.startsWith('/codelists')).concat('/codelists/sizes');
  is(await tour({ account: 'acme', email: it.acme.email }, it.acme.token, { need: ['admin', 'user'], scripts: false, prefer: own, most: 1 }), [],
    'an administrator gets to every page for administrators');
  await tour({ account: 'nothing', email: it.nothing.email }, it.nothing.token, { need: ['admin', 'user'], scripts: true, prefer: [], most: 1, locale: 'de-DE' });
}
await done();
