// hostile.mjs — values that want to be more than text stand everywhere a tenant can put one; every page shows them as text.
import { none } from '../lib/tap.mjs';
import { call, ROOT } from './api.mjs';
import { done, leave, visitor } from './browser.mjs';
import { entered, routes, walk } from './desk.mjs';
import { tooWide } from './inspect.mjs';
import { seed } from './seed.mjs';

// Each is followed by a mark of its own, by which it is known again.
const NASTY = [
  '"><script>globalThis.owned=1;alert(1)</script>',
  '\'><img src=x onerror=alert(2)>',
  '</title></style></textarea></script><svg/onload=alert(3)>',
  '{{title}}{{&x}}{{#nav}}{{>admin/parts/head.html}}${7*7}<%=1%>',
  '\u202Etsal si siht\u2066 \u061C',
  '\u{1F469}\u200D\u{1F469}\u200D\u{1F467} e\u0301\u0301\u0301\u0301 \u200B\uFEFF',
  'W'.repeat(90),
  'javascript:alert(4)//%0d%0aSet-Cookie:x=1',
  '\'; DROP TABLE users; -- \\" \\\\ `',
  '=HYPERLINK("http://evil.example","x")',
  '&lt;b&gt;&amp;amp;&#39;',
  'on\u0441lick=alert(5) autofocus onfocus=alert(6)',
];
const said = new Map(); /* by mark */
function say(what, most = 100, not = /^$/) {
  const known = [...said.values()].find((s) => s.what === what);
  if (known) return known.text;
  const mark = `mark${said.size}z`;
  const fitting = NASTY.filter((n) => n.length + mark.length <= most && !not.test(n));
  const text = `${fitting[said.size % fitting.length]}${mark}`;
  said.set(mark, { text, what, shown: false });
  return text;
}

// All text of the page as people get it: of elements, of fields, and what attributes say in words.
function texts(page) {
  return page.evaluate(() => {
    const parts = [document.documentElement.textContent];
    for (const e of document.querySelectorAll('input, textarea, option, [title], [aria-label]'))
      parts.push(e.value ?? '', e.getAttribute('value') ?? '', e.getAttribute('title') ?? '', e.getAttribute('aria-label') ?? '');
    return { all: parts.join('\n'), owned: globalThis.owned === 1, nodes: document.querySelectorAll('main script, main img[onerror], svg[onload]').length };
  });
}

// What was said stands on the page as it was said, wherever its mark does.
function altered(all) {
  const faults = [];
  for (const [mark, s] of said) {
    for (let at = all.indexOf(mark); at >= 0; at = all.indexOf(mark, at + 1)) {
      if (all.slice(at + mark.length - s.text.length, at + mark.length) === s.text || escaped(all, at, mark, s.text)) s.shown = true;
      else faults.push(`${s.what}: ${JSON.stringify(all.slice(Math.max(0, at - s.text.length - 20), at + mark.length))}`);
    }
  }
  return faults;
}

// Commands and JSON quote it in their own way; that is checked where they are made.
function escaped(all, at, mark, text) {
  const json = JSON.stringify(text).slice(1, -1);
  const shell = json.replaceAll('\'', '\'\\\'\'');
  return [json, shell, text.replaceAll('\'', '\'\\\'\''), encodeURIComponent(text)]
    .some((form) => all.slice(at + mark.length - form.length, at + mark.length) === form);
}

async function visitAll(who, need, pages, prefer) {
  for (const scripts of [true, false]) {
    const page = await visitor({ scripts, viewport: { width: 320, height: 800 } });
    await entered(page, who);
    const faults = [];
    const each = async (at, route, path) => {
      const { all, owned, nodes } = await texts(at);
      if (/\/preview$/.test(route.pattern)) { /* a mail is markup, but nothing in it runs */
        if (owned || at.faults.splice(0).some((f) => /^dialog/.test(f))) faults.push(`${path}: what a mail holds was run`);
        return;
      }
      const wrong = [...altered(all), ...(await tooWide(at)), ...at.faults.splice(0)];
      if (owned || nodes) wrong.push('a value became markup');
      if (at.reply.status() !== 200) wrong.push(`status ${at.reply.status()}`);
      faults.push(...wrong.map((w) => `${path}: ${w}`));
    };
    const { broken } = await walk(page, pages.filter((r) => need.includes(r.need)), { prefer, most: scripts ? 4 : 1, each });
    none([...faults, ...broken.filter((b) => /^(4|5)/.test(b))], `as ${who.email}, ${scripts ? 'with' : 'without'} scripts: texts stay texts`);
    await leave(page);
  }
}

const it = await seed({ say, people: 3, records: 2 });
// One record that is nothing but trouble: long, and empty, and of characters that nobody sees.
const long = 'x'.repeat(4000) + ' <b> '.repeat(1200);
await call(it.acme.token, 'POST', '/records/orders', { title: long, note: '', extra: { [say('a member')]: long.slice(0, 500) } });
await call(it.acme.token, 'POST', '/records/orders', { title: ' ', note: '\u0001\u0007\u001b[31m\u007f\u0085\u2028' });
const pages = routes(process.env.PAGES).filter((r) => /^\/admin/.test(r.pattern) && !/\/(install|live)$/.test(r.pattern));

await visitAll({ account: 'acme', email: it.acme.email }, ['admin', 'user'], pages, it.prefer);
await visitAll(ROOT, ['superadmin', 'admin', 'user'], pages, it.prefer);
none([...said.values()].filter((s) => !s.shown).map((s) => `${s.what}: ${JSON.stringify(s.text)}`), 'and each was seen as it was written');
await done();
