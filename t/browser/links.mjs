// links.mjs — the pages that mailed links lead to, an error and the API reference, as people see them.
import { is, ok } from '../lib/tap.mjs';
import { done, follow, leave, visit, visitor } from './browser.mjs';
import { inspect } from './inspect.mjs';

const PASSWORD = 'New-Horse-Battery-2';

// By mouse with scripts, by keyboard alone without.
async function press(page, button) {
  if (page.context().scripts) return follow(page, () => button.click());
  await button.focus();
  return follow(page, () => page.keyboard.press('Enter'));
}

// Both passwords, typed where the label says; the form is sent by Enter.
async function choose(page, password, repeat) {
  await page.locator('#password').fill(password);
  await page.getByLabel('The same once more').fill(repeat);
  await follow(page, () => page.keyboard.press('Enter'));
}

async function links(scripts, token) {
  const with_ = scripts ? 'with scripts' : 'without scripts';
  const page = await visitor({ scripts });

  await visit(page, `/verify-email?token=${token.verify}`);
  await inspect(page, 'verify-email');
  await press(page, page.getByRole('button', { name: 'Yes, verify it' }));
  await inspect(page, 'verified');
  await visit(page, `/verify-email?token=${token.verify}`);
  await inspect(page, 'spent', { status: 400 });

  await visit(page, `/reset-password?token=${token.reset}`);
  await inspect(page, 'reset-password');
  await choose(page, 'weak', 'weaker');
  await inspect(page, 'reset-password-faults', { status: 400, title: false });
  ok(await page.locator('input[aria-invalid=true]').isVisible(), `${with_} the field at fault is marked`);
  is(await page.locator('#password').inputValue(), '', 'and empty again');
  await choose(page, PASSWORD, PASSWORD);
  await inspect(page, 'password-set');

  await visit(page, `/accept-invitation?token=${token.accept}`);
  await inspect(page, 'accept-invitation', { title: false });
  await choose(page, 'weak', 'weak');
  await inspect(page, 'accept-invitation-faults', { status: 400, title: false });
  await choose(page, PASSWORD, PASSWORD);
  await inspect(page, 'joined', { title: false });

  await visit(page, '/accept-invitation?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E');
  await inspect(page, 'no-invitation', { status: 400 });
  await leave(page);
}

// The reference is one page for all operations: it has no budget, and its forms only show commands. They are all alike,
// so a group of them stands for the others, which would cost minutes.
async function reference(scripts) {
  const page = await visitor({ scripts });
  await visit(page, '/docs');
  const first = page.locator('details.operation').first();
  await first.locator('summary').click();
  await page.evaluate(() => {
    for (const e of document.querySelectorAll('main > section:not(:first-of-type), nav h2:not(:first-of-type), nav ul:not(:first-of-type)')) e.remove();
  });
  await inspect(page, 'docs', { bytes: Infinity, tokens: false });
  if (scripts) {
    await first.getByRole('button', { name: 'Send' }).click();
    await first.locator('.answer pre').first().waitFor();
  } else {
    await follow(page, () => first.locator('button[type=submit]').click());
    await inspect(page, 'docs-command', { title: false });
  }
  await leave(page);
}

await links(true, JSON.parse(process.env.ON));
await links(false, JSON.parse(process.env.OFF));
await reference(true);
await reference(false);
await done();
