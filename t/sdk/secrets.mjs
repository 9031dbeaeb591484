// secrets.mjs — records.getSecrets of the published SDK: what a key with the scope is told, and who is not.
import { client, done, is, refused, superadmin, tenant, url } from './tap.mjs';

const MASK = '••••••••';
const root = await superadmin();
await root.collections.create({
  name: 'vault',
  fields: [{ name: 'label', type: 'text' }, { name: 'token', type: 'text', encrypted: true },
    { name: 'meta', type: 'json', encrypted: true }],
  list_rule: '', view_rule: '', create_rule: '@request.auth.id != ""', update_rule: '@request.auth.id != ""',
});
const { user, token } = await tenant('acme', 'owner@acme.example');
const made = await user.records.create('vault', { label: 'one', token: 'hunter2', meta: { a: [1] } });
is([made.token, made.meta], [MASK, MASK], 'what is made shows placeholders');
is((await user.records.get('vault', made.id)).token, MASK, 'what is read too');

// Made through fetch: the SDK knows no account and no scopes of keys.
async function key(account_id, scopes) {
  const reply = await fetch(`${url}/api/v1/admin/api-keys`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${root.internalAuthManager.token}` },
    body: JSON.stringify({ name: 'service', account_id, scopes }),
  });
  return (await reply.json()).key;
}
const scoped = client({ apiKey: await key(user.user.account_id, ['records:secrets:read']) });
is(await scoped.records.getSecrets('vault', made.id), { data: { token: 'hunter2', meta: { a: [1] } } }, 'a key with the scope is told all');
is(await scoped.records.getSecrets('vault', made.id, ['meta']), { data: { meta: { a: [1] } } }, 'or some');
await user.records.patch('vault', made.id, { label: 'two', token: MASK });
is((await scoped.records.getSecrets('vault', made.id, ['token'])).data.token, 'hunter2', 'a placeholder sent back changes nothing');
is((await scoped.records.get('vault', made.id)).token, MASK, 'elsewhere that key sees placeholders');

const error = await refused(() => user.records.getSecrets('vault', made.id), 'AuthorizationError', 403, 'a person is not told');
is(error?.message, 'Reading secrets takes an API key of the account with the scope records:secrets:read', 'and why');
await refused(() => root.records.getSecrets('vault', made.id), 'AuthorizationError', 403, 'nor a superadmin');
const mere = client({ apiKey: await key(user.user.account_id, []) });
await refused(() => mere.records.getSecrets('vault', made.id), 'AuthorizationError', 403, 'nor a key without the scope');
await refused(() => scoped.records.getSecrets('vault', made.id, ['label']), 'SnackBaseError', 400, 'what is no secret is none');
await refused(() => scoped.records.getSecrets('vault', '01234567-89ab-4def-8123-456789abcdef'), 'NotFoundError', 404,
  'nor is what is not there');
const { user: other } = await tenant('rival', 'rival@rival.example');
const theirs = client({ apiKey: await key(other.user.account_id, ['records:secrets:read']) });
await refused(() => theirs.records.getSecrets('vault', made.id), 'NotFoundError', 404, 'another account has no such record');
done();
