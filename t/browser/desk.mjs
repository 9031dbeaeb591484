// desk.mjs — at the admin pages: who is there, which pages there are, and the ways to them.
import { base, follow, visit, where } from './browser.mjs';
import { PASSWORD, signIn } from './api.mjs';

// Signs in by the form, which may have been come to from elsewhere.
export async function enter(page, { account, email, password = PASSWORD }, from = '/admin/sign-in') {
  await visit(page, from);
  await page.locator('main input[name=account]').fill(account);
  await page.locator('main input[name=email]').fill(email);
  await page.locator('main input[name=password]').fill(password);
  await follow(page, () => page.keyboard.press('Enter'));
}

// Signed in before the first page, by the API; or with a token that is there already.
export async function entered(page, who, token) {
  const value = token ?? (await signIn(who)).token;
  await page.context().addCookies([{ name: 'larder_session', value, url: base, httpOnly: true, sameSite: 'Lax' }]);
}

export async function exit(page) {
  await follow(page, () => page.locator('form[action$="/admin/sign-out"] button').click());
}

// The pages of the programs' route tables ("GET /admin/users admin" a line), the most specific first.
export function routes(lines, method = 'GET') {
  return lines.trim().split('\n').map((line) => line.split(' ')).filter(([m]) => m === method)
    .map(([, pattern, need]) => ({ pattern, need, fixed: pattern.replace(/\{.*/, '').length, re: matcher(pattern) }))
    .sort((a, b) => b.fixed - a.fixed || a.pattern.split('{').length - b.pattern.split('{').length);
}

function matcher(pattern) {
  const parts = pattern.split(/(\{[^}]*\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    return part.endsWith('...}') ? '.+' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}/?$`);
}

export function routeOf(table, path) {
  return table.find((r) => r.re.test(path.replace(/[?#].*/, '')));
}

// Where the links and the forms that only ask (GET) of a page lead, within the desk.
export async function ways(page) {
  const all = await page.evaluate(() => [
    ...[...document.querySelectorAll('a[href]')].map((e) => new URL(e.getAttribute('href'), location.href).href),
    ...[...document.querySelectorAll('iframe[src]')].map((e) => e.src),
    ...[...document.querySelectorAll('[data-picker]')].map((e) => new URL(e.dataset.picker, location.href).href),
    ...[...document.querySelectorAll('form:not([method=post])')]
      .map((f) => new URL(f.getAttribute('action') || location.pathname, location.href).href.split('?')[0]),
  ]);
  return [...new Set(all)].filter((url) => url.startsWith(`${base}/admin`)).map((url) => url.replace(base, '').replace(/#.*/, ''));
}

// Walks from page to page by the links alone, and calls each(page, route, path) for some of every route.
//   prefer    parts of addresses that show more than their like
//   most      how many of a route are looked at: without a query, and with one
// Gives the routes that no link led to, and the links that led nowhere.
export async function walk(page, table, { from = '/admin', prefer = [], most = 2, each }) {
  const waiting = [from];
  const known = new Set(waiting);
  const seen = new Map();
  const broken = [];
  while (waiting.length > 0) {
    const best = waiting.findIndex((path) => prefer.some((part) => path.includes(part)));
    const [path] = waiting.splice(Math.max(best, 0), 1);
    const route = routeOf(table, path);
    if (route === undefined) {
      broken.push(`no page: ${path}`);
      continue;
    }
    const kind = `${route.pattern}${path.includes('?') ? '?' : ''}`;
    const times = seen.get(kind) ?? 0;
    if (times >= most) continue;
    seen.set(kind, times + 1);
    if (!(await isPage(page, path, broken))) continue;
    await visit(page, path);
    for (const way of await ways(page))
      if (!known.has(way)) {
        known.add(way);
        waiting.push(way);
      }
    await each(page, route, where(page));
  }
  const reached = new Set([...seen.keys()].map((kind) => kind.replace(/\?$/, '')));
  return { unreached: table.filter((r) => !reached.has(r.pattern)).map((r) => r.pattern), broken };
}

// Downloads and streams are asked for and let go; whatever it is, it must be there.
async function isPage(page, path, broken) {
  if (/^\/admin\/live\b/.test(path)) return false;
  const reply = await page.context().request.get(path, { maxRedirects: 0, maxRetries: 2 });
  if (reply.status() >= 400) broken.push(`${reply.status()}: ${path}`);
  return (reply.headers()['content-type'] ?? '').startsWith('text/html') && !('content-disposition' in reply.headers());
}
