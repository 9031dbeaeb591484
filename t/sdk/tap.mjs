// tap.mjs — the Test Anything Protocol for the SDK tests, and what they all need.
import { isDeepStrictEqual } from 'node:util';
import { SnackBaseClient } from '@snackbase/sdk';

let count = 0;
let failed = 0;

export function ok(passed, what, note) {
  count += 1;
  if (!passed) failed += 1;
  console.log(`${passed ? 'ok' : 'not ok'} ${count} - ${what}`);
  if (!passed && note !== undefined) console.log(`#    got: ${JSON.stringify(note)}`);
  return passed;
}

export function is(got, wanted, what) {
  if (!ok(isDeepStrictEqual(got, wanted), what, got)) console.log(`# wanted: ${JSON.stringify(wanted)}`);
}

// The call must be refused with this class and status; its error is given back.
export async function refused(call, name, status, what) {
  try {
    const value = await call();
    ok(false, what, value);
    return undefined;
  } catch (error) {
    if (!ok(error.name === name && error.status === status, what, `${error.name} ${error.status}: ${error.message}`))
      console.log(`# wanted: ${name} ${status}`);
    return error;
  }
}

export function done() {
  console.log(`1..${count}`);
  process.exit(failed === 0 ? 0 : 1);
}

export const url = process.env.LARDER_URL;

// No retries: a 5xx must be seen, not repeated away.
export function client(options = {}) {
  return new SnackBaseClient({ baseUrl: url, maxRetries: 0, timeout: 60000, ...options });
}

export async function superadmin(options = {}) {
  const c = client(options);
  await c.login({ account: 'system', email: process.env.SUPERADMIN_EMAIL, password: process.env.SUPERADMIN_PASSWORD });
  return c;
}

// A new account, its administrator signed in: the client, and the token for calls without it.
export async function tenant(slug, email) {
  const user = client();
  const password = 'Correct-Horse-7-Battery';
  await user.register({ email, password, account_name: slug, account_slug: slug });
  const { token } = await user.login({ account: slug, email, password });
  return { user, token };
}

process.on('unhandledRejection', (error) => {
  console.log(`Bail out! ${error.stack ?? error}`);
  console.log(JSON.stringify(error.details ?? null));
  process.exit(1);
});
