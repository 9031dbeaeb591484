// reset.mjs — verifying an address and resetting a password through the published SDK, by the links of real mails.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { client, done, is, ok, refused } from './tap.mjs';

const mails = process.env.SMTP;
const seen = new Set();

// The token of a mail to the address that nobody has been given yet.
async function token(kind, to) {
  for (let turn = 0; turn < 300; turn += 1) {
    for (const name of readdirSync(mails).filter((n) => n.endsWith('.to'))) {
      const text = `${mails}/${name.replace(/\.to$/, '.text')}`;
      if (readFileSync(`${mails}/${name}`, 'utf8').trim() !== to || !existsSync(text)) continue;
      const found = new RegExp(`/${kind}\\?token=([A-Za-z0-9_-]{43})`).exec(readFileSync(text, 'utf8'))?.[1];
      if (!found || seen.has(found)) continue;
      seen.add(found);
      return found;
    }
    await pause(100);
  }
  throw new Error(`no mail with a ${kind} link came to ${to}`);
}

const email = 'owner@acme.co';
const password = 'Correct-Horse-7-Battery';
const other = 'New-Horse-8-Battery';
const login = { account: 'acme', email };

async function verification() {
  const c = client();
  await c.register({ email, password, account_name: 'Acme', account_slug: 'acme' });
  const first = await token('verify-email', email);
  const error = await refused(() => c.login({ ...login, password }), 'EmailVerificationRequiredError', 401,
    'an address must be verified first');
  is(error?.code, 'EMAIL_VERIFICATION_REQUIRED', 'and the client knows that this is why');
  await refused(() => c.auth.verifyEmail('junk'), 'SnackBaseError', 400, 'junk verifies nothing');
  const verified = await c.verifyEmail(first);
  is([verified.message, verified.user.email, verified.user.email_verified],
    ['Email verified successfully', email, true], 'the token of the mail does');
  await refused(() => c.auth.verifyEmail(first), 'SnackBaseError', 400, 'once');
  await c.login({ ...login, password });
  ok(c.isAuthenticated, 'so they are in');
  is((await c.auth.sendVerification(email)).message, `Verification email sent to ${email}`, 'another is sent');
  const second = await token('verify-email', email);
  is((await c.auth.resendVerificationEmail()).message, 'Verification email resent successfully', 'and once more');
  const third = await token('verify-email', email);
  await refused(() => c.auth.verifyEmail(second), 'SnackBaseError', 400, 'the later replaces the earlier');
  is((await c.auth.verifyEmail(third)).user.email, email, 'and is good');
  return c;
}

async function reset(signedIn) {
  const c = client();
  const sent = 'If an account with that email exists, a password reset link has been sent.';
  is((await c.auth.forgotPassword({ account: 'acme', email: 'nobody@acme.co' })).message, sent, 'nobody is told of nobody');
  is((await c.auth.forgotPassword({ account: 'nowhere', email })).message, sent, 'nor of no account');
  await refused(() => c.forgotPassword({ email }), 'SnackBaseError', 400, 'the account is needed');
  await refused(() => c.forgotPassword({ account: 'acme', email: 'x' }), 'ValidationError', 422, 'and an address');
  is((await c.forgotPassword({ account: 'acme', email })).message, sent, 'who is there hears no more');
  const link = await token('reset-password', email);
  is(await c.auth.verifyResetToken('junk'), { valid: false, expires_at: null }, 'junk is no link');
  const state = await c.auth.verifyResetToken(link);
  ok(state.valid && new Date(state.expires_at) - Date.now() > 3000000, 'the link of the mail is good for an hour');
  await refused(() => c.resetPassword({ token: link, new_password: 'weak' }), 'ValidationError', 422, 'four characters are none');
  const weak = await refused(() => c.resetPassword({ token: link, new_password: 'weakbutlong' }), 'SnackBaseError', 400,
    'a weak password is refused');
  is(weak?.details.detail.details.map((item) => item.code).join(' '),
    'password_too_short password_no_uppercase password_no_digit password_no_special', 'with its reasons');
  is((await c.resetPassword({ token: link, new_password: other })).message,
    'Password reset successfully. You can now log in with your new password.', 'a good one is set');
  await refused(() => c.resetPassword({ token: link, new_password: other }), 'SnackBaseError', 400, 'once');
  is((await c.auth.verifyResetToken(link)).valid, false, 'the link is spent');
  await refused(() => signedIn.getCurrentUser(), 'AuthenticationError', 401, 'who was signed in is not');
  await refused(() => signedIn.refreshToken(), 'AuthenticationError', 401, 'and cannot refresh');
  await refused(() => c.login({ ...login, password }), 'AuthenticationError', 401, 'the old password is none');
  await c.login({ ...login, password: other });
  ok(c.isAuthenticated, 'the new one is');
}

await reset(await verification());
done();
