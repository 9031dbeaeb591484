// inspect.mjs — what every page must be, whatever it shows: sound, small, accessible, the same on a phone and at night.
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { none } from '../lib/tap.mjs';
import { base, scripted, where } from './browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PAGE_BYTES = 30 * 1024;
const ASSET_BYTES = 40 * 1024; /* styles and scripts together */
const SHOTS = process.env.SHOTS;

// Colours do not depend on the width alone, nor structure on colours: all rules by day, those of colour at night.
const COLOURS = ['color-contrast', 'link-in-text-block'];
const FOUR = [
  { scheme: 'light', width: 1280 },
  { scheme: 'dark', width: 1280, rules: COLOURS },
  { scheme: 'dark', width: 320, rules: COLOURS },
  { scheme: 'light', width: 320 },
];
/* For a page that was seen in all of them with other contents. */
const TWO = [{ scheme: 'light', width: 1280 }, { scheme: 'dark', width: 320 }];

const titles = new WeakMap(); /* for each visitor, whose a title is */
const sizes = new Map();  /* of assets, by address */

// Inspects the page that is open. One check for all of it, and a line for each fault.
//   status    what it must have been answered with
//   bytes     the budget of the page without its assets
//   title     false where another page may have the same
//   again     true where the page has been inspected before, with other contents
//   tokens    false where forms change nothing
export async function inspect(page, name, { status = 200, bytes = PAGE_BYTES, title = true, tokens = true, again = false } = {}) {
  const faults = [...(await ofReply(page, status, bytes)), ...(await ofDocument(page, tokens)), ...(await ofAssets(page))];
  if (title) faults.push(...(await ofTitle(page, name)));
  faults.push(...(await unseenFocus(page)));
  for (const mode of again ? TWO : FOUR) faults.push(...(await inMode(page, name, mode)));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  faults.push(...page.faults.splice(0));
  none([...new Set(faults)], `${name}: sound, small and accessible${page.context().scripts ? '' : ' without scripts'} (${where(page)})`);
}

// Whoever has many tabs open knows them by their titles.
async function ofTitle(page, name) {
  const told = titles.get(page.context()) ?? new Map();
  const said = await page.title();
  const other = told.get(said) ?? name;
  titles.set(page.context(), told.set(said, other));
  return other === name ? [] : [`has the title of ${other}: ${said}`];
}

// The reply itself: status, size, and the headers that every page carries.
async function ofReply(page, status, most) {
  const faults = [];
  const reply = page.reply;
  const headers = await reply.allHeaders();
  const policy = headers['content-security-policy'] ?? '';
  if (reply.status() !== status) faults.push(`status ${reply.status()}, not ${status}`);
  const size = (await reply.body()).length;
  if (size > most) faults.push(`${size} bytes, more than ${most}`);
  for (const part of ["default-src '", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"])
    if (!policy.includes(part)) faults.push(`the policy lacks ${part}: ${policy}`);
  if (/unsafe|\*|http/.test(policy)) faults.push(`a weak policy: ${policy}`);
  if (headers['x-content-type-options'] !== 'nosniff') faults.push('without nosniff');
  if (headers['content-type'] !== 'text/html; charset=utf-8') faults.push(`of the type ${headers['content-type']}`);
  return faults;
}

// What holds of the document in every mode. Runs in the page.
async function ofDocument(page, tokens) {
  return page.evaluate((tokens) => {
    const faults = [];
    const tag = (e) => e.outerHTML.slice(0, 160);
    const many = (selector) => document.querySelectorAll(selector).length;
    if (document.title.trim() === '') faults.push('no title');
    if (!/^[a-z]{2}(-[A-Z]{2})?$/.test(document.documentElement.lang)) faults.push(`lang ${document.documentElement.lang}`);
    if (many('h1') !== 1) faults.push(`${many('h1')} h1`);
    if (many('main') !== 1) faults.push(`${many('main')} main`);
    const ids = new Set();
    for (const e of document.querySelectorAll('[id]')) {
      if (ids.has(e.id)) faults.push(`twice the id ${e.id}`);
      ids.add(e.id);
    }
    for (const e of document.querySelectorAll('a[href]')) {
      const href = e.getAttribute('href');
      if (/^\s*javascript:/i.test(href) || href === '#') faults.push(`no place to go: ${tag(e)}`);
      if (href.startsWith('#') && href !== '#' && document.getElementById(decodeURIComponent(href.slice(1))) === null)
        faults.push(`leads nowhere on its page: ${tag(e)}`);
    }
    for (const e of document.querySelectorAll('*'))
      for (const a of e.attributes)
        if (/^on/i.test(a.name)) faults.push(`a handler in markup: ${tag(e)}`);
    if (many('style, script:not([src])')) faults.push('inline style or script');
    for (const form of document.querySelectorAll('form')) {
      if (new URL(form.getAttribute('action') ?? '', location.href).origin !== location.origin) faults.push(`sends away: ${tag(form)}`);
      const token = form.querySelector('input[type=hidden][name=csrf], input[type=hidden][name=token]');
      if (tokens && form.getAttribute('method') === 'post' && (token === null || token.value === ''))
        faults.push(`a form without its token: ${tag(form)}`);
    }
    return faults;
  }, tokens);
}

// The budget of styles and scripts.
async function ofAssets(page) {
  const assets = await page.evaluate(() =>
    [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((e) => e.href || e.src));
  let total = 0;
  for (const asset of assets) {
    if (!sizes.has(asset)) sizes.set(asset, (await (await fetch(asset)).arrayBuffer()).byteLength);
    total += sizes.get(asset);
  }
  const faults = assets.filter((a) => !a.startsWith(`${base}/`)).map((a) => `foreign asset ${a}`);
  if (total > ASSET_BYTES) faults.push(`${total} bytes of styles and scripts, more than ${ASSET_BYTES}`);
  return faults;
}

async function inMode(page, name, { scheme, width, rules }) {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme: scheme });
  if (SHOTS) await shoot(page, `${name}-${scheme}-${width}`);
  const faults = width === 320 ? await tooWide(page) : [];
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const violations = await scripted(page, () => page.evaluate(async ([tags, only]) => {
    const asked = only ? { type: 'rule', values: only } : { type: 'tag', values: tags };
    const found = await globalThis.axe.run(document, { runOnly: asked, resultTypes: ['violations'] });
    return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3)
      .map((n) => `${n.target.join(' ')} [${n.failureSummary.split('\n').slice(1).join(';')}]`).join(' | ')}`);
  }, [TAGS, rules]));
  return [...faults, ...violations.map((v) => `${scheme} ${width}: ${v}`)];
}

// Whoever goes by keyboard sees where they are: on each thing that takes the focus it is drawn.
async function unseenFocus(page) {
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const look = (e) => {
      const style = getComputedStyle(e);
      return `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor} ${style.boxShadow} ${style.borderColor}`;
    };
    const faults = [];
    for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
      document.activeElement.blur();
      if (e.disabled || !e.checkVisibility({ visibilityProperty: true })) continue;
      const before = look(e);
      e.focus();
      if (document.activeElement !== e) faults.push(`takes no focus: ${e.outerHTML.slice(0, 160)}`);
      else if (look(e) === before) faults.push(`its focus is not seen: ${e.outerHTML.slice(0, 160)}`);
    }
    document.activeElement.blur();
    scrollTo(0, 0);
    return faults.slice(0, 5);
  });
}

// On a phone nothing makes the page itself scroll sideways.
export async function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width + 1);
    return [`320: ${document.documentElement.scrollWidth} wide: ${wide.slice(-3).map((e) => e.outerHTML.slice(0, 120)).join(' | ')}`];
  });
}

async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name.replace(/[^A-Za-z0-9.-]+/g, '_')}.png`, fullPage: true });
}
