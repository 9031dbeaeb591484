// invite.mjs — invitations and API keys through the published SDK.
import { client, done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const PASSWORD = 'Correct-Horse-7-Battery';

async function invitations(root) {
  const { user: owner } = await tenant('acme', 'owner@acme.example.com');
  const { user: rival } = await tenant('rival', 'rival@rival.example.com');
  const roles = (await root.roles.list()).items;
  const made = await owner.invitations.create({
    email: 'new@acme.example.com', role_id: String(roles.find((r) => r.name === 'user').id),
  });
  is([made.email, made.status, made.account_id], ['new@acme.example.com', 'pending', owner.user.account_id],
    'an admin invites to their account');
  ok(/^[0-9a-f]{64}$/.test(made.token) && made.expires_at > made.created_at && made.updated_at, 'with a token, for a while');
  await refused(() => owner.invitations.create({ email: 'new@acme.example.com' }), 'ConflictError', 409, 'once');
  await refused(() => owner.invitations.create({ email: 'nobody' }), 'ValidationError', 422, 'an address');
  await refused(() => owner.invitations.create({ email: 'x@acme.example.com', role_id: '99' }),
    'NotFoundError', 404, 'to a role that is there');
  await owner.invitations.create({ email: 'other@acme.example.com' });
  const page = await owner.invitations.list({ page: 1, page_size: 1, status_filter: 'pending' });
  is([page.total, page.invitations.map((i) => i.email)], [2, ['other@acme.example.com']], 'a page of them');
  is((await owner.invitations.list()).invitations.length, 2, 'all of them');
  is((await owner.invitations.list({ status_filter: 'cancelled' })).total, 0, 'none is cancelled and there');
  is((await rival.invitations.list()).total, 0, 'another account sees none');
  await refused(() => rival.invitations.cancel(made.id), 'NotFoundError', 404, 'and cancels none');
  is((await root.invitations.list({ account_id: made.account_id })).total, 2, 'a superadmin sees those of any');
  is((await owner.invitations.resend(made.id)).token, made.token, 'sent again, with its token');

  const guest = client();
  const offer = await guest.invitations.getPublic(made.token);
  is([offer.email, offer.account_name, offer.invited_by_name, offer.is_valid],
    ['new@acme.example.com', 'acme', 'owner@acme.example.com', true], 'the token tells what is offered');
  await refused(() => guest.invitations.getPublic(made.id), 'NotFoundError', 404, 'an id does not');
  await refused(() => guest.invitations.accept(made.token, 'short'), 'ValidationError', 422, 'a password has a length');
  await refused(() => guest.invitations.accept(made.token), 'ValidationError', 422, 'and is needed');
  const session = await guest.invitations.accept(made.token, PASSWORD);
  is([session.user.email, session.user.role, session.account.slug], ['new@acme.example.com', 'user', 'acme'],
    'accepting answers a session');
  ok(!guest.isAuthenticated, 'which the client does not keep');
  await guest.login({ account: 'acme', email: 'new@acme.example.com', password: PASSWORD });
  is((await guest.getCurrentUser()).email, 'new@acme.example.com', 'the password is theirs');
  await refused(() => guest.invitations.accept(made.token, PASSWORD), 'NotFoundError', 404, 'a token is good once');
  const denied = await refused(() => guest.invitations.list(), 'AuthorizationError', 403, 'members do not invite');
  is(denied?.message, 'Admin access required', 'and are told why');
  const open = (await owner.invitations.list({ status_filter: 'pending' })).invitations[0];
  is(await owner.invitations.cancel(open.id), { success: true }, 'one is cancelled');
  await refused(() => client().invitations.getPublic(open.token), 'NotFoundError', 404, 'and gone');
  return owner;
}

async function keys(root, owner) {
  const denied = await refused(() => owner.apiKeys.list(), 'AuthorizationError', 403, 'keys are the superadmins\'');
  is(denied?.message, 'Superadmin access required', 'as is told');
  const made = await root.apiKeys.create({ name: 'Nightly', expires_at: '2999-01-01T00:00:00Z' });
  ok(made.key.startsWith('sb_ak.') && made.id && made.expires_at === '2999-01-01T00:00:00Z', 'a key is made and shown');
  await root.apiKeys.create({ name: 'Weekly' });
  const list = await root.apiKeys.list({ limit: 1 });
  is([list.total, list.items.map((k) => k.name)], [2, ['Weekly']], 'they are listed');
  const shown = await root.apiKeys.get(made.id);
  ok(/^[0-9a-f]{6}\.\.\.[0-9a-f]{4}$/.test(shown.key) && shown.is_active && shown.updated_at, 'one is not shown again');
  await refused(() => root.apiKeys.create({ name: 'x' }), 'ValidationError', 422, 'a name has three characters');
  await refused(() => root.apiKeys.get(root.user.id), 'NotFoundError', 404, 'what is none is not found');

  const robot = client({ apiKey: made.key });
  is((await robot.getCurrentUser()).email, root.user.email, 'a key calls for its maker');
  is((await robot.apiKeys.list()).total, 2, 'with their rights');
  const stale = await refused(() => client({ apiKey: `${made.key}x` }).collections.list(), 'AuthenticationError', 401, 'a forged one does not');
  is(stale?.message, 'Invalid token signature', 'as is told');
  is(await root.apiKeys.revoke(made.id), undefined, 'it is revoked');
  is(await root.apiKeys.revoke(made.id), undefined, 'twice is no error');
  await refused(() => robot.apiKeys.list(), 'AuthenticationError', 401, 'and at its end');
  is((await root.apiKeys.get(made.id)).is_active, false, 'as the list says');
}

const root = await superadmin();
const owner = await invitations(root);
await keys(root, owner);
done();
