// hands.mjs — how somebody uses a page: with a mouse, or with the keyboard alone. Fields are told by their names.
import { follow } from './browser.mjs';

const STOPS = 400; /* more than any page has */

// Tab until it has the focus: what cannot be come to like that fails the test.
async function come(page, target) {
  const handle = await target.elementHandle();
  for (let n = 0; n < STOPS; n += 1) {
    if (await handle.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way by keyboard to ${await handle.evaluate((e) => e.outerHTML.slice(0, 200))}`);
}

const mouse = {
  go: (page, link) => follow(page, () => link.click()),
  press: (page, button) => follow(page, () => button.click()),
  open: (page, summary) => summary.click(),
  write: (page, field, text) => field.fill(text),
  tick: (page, box) => box.click(),
  choose: (page, select, value) => select.selectOption(value),
  attach: (page, field, file) => field.setInputFiles(file),
};

const keyboard = {
  async go(page, link) {
    await come(page, link);
    await follow(page, () => page.keyboard.press('Enter'));
  },
  async press(page, button) {
    await come(page, button);
    await follow(page, () => page.keyboard.press('Space'));
  },
  async open(page, summary) {
    await come(page, summary);
    await page.keyboard.press('Enter');
  },
  async write(page, field, text) {
    await come(page, field);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
  },
  async tick(page, box) {
    await come(page, box);
    await page.keyboard.press('Space');
  },
  async choose(page, select, value) {
    await come(page, select);
    const steps = await select.evaluate((e, wanted) => [...e.options].findIndex((o) => o.value === wanted || o.label === wanted) - e.selectedIndex, value);
    for (let n = 0; n < Math.abs(steps); n += 1) await page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
  },
  /* The window in which a file is chosen is the system's: the field must be come to, no more. */
  async attach(page, field, file) {
    await come(page, field);
    await field.setInputFiles(file);
  },
};

// The hands of a visitor on one page. Fields and buttons are told by their names, as forms send them.
export function hands(page, { by = 'mouse' } = {}) {
  const how = by === 'keyboard' ? keyboard : mouse;
  const field = (name) => page.locator(`main [name="${name}"]:not([type=hidden])`).first();
  const named = (role, name, within = page.locator('main')) => within.getByRole(role, { name, exact: typeof name === 'string' }).first();
  return {
    page,
    field,
    link: (name) => how.go(page, named('link', name)),
    linkLast: (name) => how.go(page, page.locator('main').getByRole('link', { name, exact: true }).last()),
    menu: (name) => how.go(page, named('link', name, page.getByRole('navigation'))),
    press: (name) => how.press(page, named('button', name)),
    send: (value, name = 'do') => how.press(page, page.locator(`main button[name="${name}"][value="${value}"]`).first()),
    leave: () => how.press(page, page.locator('form[action$="/admin/sign-out"] button')),
    open: (name) => how.open(page, page.locator('main summary', { hasText: name }).first()),
    write: (name, text) => how.write(page, field(name), text),
    tick: (name) => how.tick(page, field(name)),
    choose: (name, value) => how.choose(page, field(name), value),
    attach: (name, file) => how.attach(page, field(name), file),
    says: (text) => page.locator('main', { hasText: text }).first().waitFor(),
  };
}
