// browser.mjs — one headless Chromium per test: visitors with and without scripts, and what they must never meet.
import { appendFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { plan } from '../lib/tap.mjs';

export const base = process.env.LARDER_URL;
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 60_000); /* a busy machine; everything waits for conditions, never for time */
const ALL_MS = 900_000;

/* A mail that is shown in a frame holds a script: the frame does not run it, as it should. */
const CAGED = /^Blocked script execution in '[^']*\/preview' because the document's frame is sandboxed/;

// It talks to nobody but us: no name resolves, and nothing runs in the background.
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  timeout: PATIENCE_MS,
  args: [
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    '--disable-gpu',
    ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
  ],
});

// A visitor: a browser without cookies, and its first page.
//   scripts   whether JavaScript is on
//   signed    cookies of another visitor, as storage() gives them
export async function visitor({ scripts = true, signed, locale = 'en-GB', ...more } = {}) {
  const context = await browser.newContext({
    baseURL: base, javaScriptEnabled: scripts, storageState: signed, locale, timezoneId: 'UTC', reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 }, ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  context.scripts = scripts;
  return watched(await context.newPage());
}

// Another tab of the same visitor.
export async function tab(page) {
  return watched(await page.context().newPage());
}

// What goes wrong on a page gathers in page.faults; page.reply is the answer to its last navigation.
function watched(page) {
  page.faults = [];
  const fault = (text) => page.faults.push(text);
  page.on('pageerror', (error) => fault(`script failed: ${error.stack ?? error}`));
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') fault(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !ofPage(page, message.location().url) && !CAGED.test(message.text()))
      fault(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !/^(data|blob|about):/.test(url)) fault(`asks a stranger: ${url}`);
  });
  page.on('response', (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) {
      page.reply = response;
      appendFileSync(process.env.EXCHANGES, `${request.method()}\t${response.url().replace(base, '')}\t${response.status()}\t\n`);
    } else if (response.status() >= 400) fault(`${response.status()} for ${response.url()}`);
  });
  return page;
}

// Chromium complains on the console of a page that is itself an error; whoever visits checks the status.
function ofPage(page, url) {
  return page.reply !== undefined && page.reply.status() >= 400 && page.reply.url() === url;
}

// Opens an address of ours, and gives the status.
export async function visit(page, path) {
  const reply = await page.goto(path, { waitUntil: 'load' });
  return reply === null ? 0 : reply.status();
}

// Where a page is, without our address.
export function where(page) {
  return page.url().replace(base, '');
}

// What a click or a key leads to: waits for the next page.
export async function follow(page, act) {
  const loaded = page.waitForEvent('load');
  await act();
  await loaded;
}

// Runs what needs timers on the page, which has none while scripts are off. Its own scripts stay unrun.
// (A session only changes what it believes to be otherwise, and undoes it when it ends.)
export async function scripted(page, run) {
  if (page.context().scripts) return run();
  page.session ??= await page.context().newCDPSession(page);
  const disable = (value) => page.session.send('Emulation.setScriptExecutionDisabled', { value });
  await disable(true);
  await disable(false);
  try {
    return await run();
  } finally {
    await disable(true);
  }
}

export async function storage(page) {
  return page.context().storageState();
}

export async function leave(page) {
  await page.context().close();
}

export async function done() {
  await browser.close();
  process.exit(plan());
}

// Chromium ends with us.
function bail(error) {
  console.log(`Bail out! ${String(error.stack ?? error).split('\n').join('\n# ')}`);
  process.exit(1);
}
process.on('unhandledRejection', bail);
process.on('uncaughtException', bail);
setTimeout(() => bail(new Error(`still running after ${ALL_MS / 1000} seconds`)), ALL_MS).unref();
