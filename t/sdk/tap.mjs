// tap.mjs — what all SDK tests need: TAP, and clients that are signed in.
import { ok, plan } from '../lib/tap.mjs';
import { SnackBaseClient } from '@snackbase/sdk';

export { is, ok } from '../lib/tap.mjs';

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
  process.exit(plan());
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
