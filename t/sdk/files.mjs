// files.mjs — files brought, fetched by their address, held by records and deleted through the published SDK.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const { user } = await tenant('acme', 'owner@acme.example');
const { user: other } = await tenant('beta', 'owner@beta.example');
const file = await user.files.upload(new Blob(['hello, SDK ☂'], { type: 'text/plain' }), { filename: 'naïve ☂.txt' });
is([file.filename, file.size, file.mime_type], ['naïve ☂.txt', 14, 'text/plain'], 'a file is brought');
ok(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\.txt$/.test(file.path), 'to a path of its own', file.path);

const url = user.files.getDownloadUrl(file.path);
const reply = await fetch(url);
is([reply.status, await reply.text()], [200, 'hello, SDK ☂'], 'its address opens it, without a header');
is(reply.headers.get('cache-control'), 'private, no-store', 'and nobody keeps it');
is((await fetch(other.files.getDownloadUrl(file.path))).status, 403, 'another account has no address for it');
is((await fetch(url.split('?')[0])).status, 401, 'nor has who is not signed in');
is(await (await fetch(url, { headers: { Range: 'bytes=7-9' } })).text(), 'SDK', 'a part of it');

const binary = new Uint8Array(70000).map((_, i) => i * 31 % 256);
binary.set([0xff, 0xd8, 0xff]);
const picture = await user.files.upload(new Blob([binary], { type: 'image/jpeg' }), { filename: 'picture' });
const back = new Uint8Array(await (await fetch(user.files.getDownloadUrl(picture.path))).arrayBuffer());
ok(back.length === binary.length && back.every((b, i) => b === binary[i]), 'bytes come back as they went');

const root = await superadmin();
const collection = await root.collections.create({ name: 'notes', fields: [{ name: 'title', type: 'text' }, { name: 'attachment', type: 'file' }],
  create_rule: '@request.auth.id != ""', view_rule: '@request.auth.id != ""', list_rule: '@request.auth.id != ""' });
ok(collection.id, 'a collection holds files');
const note = await user.records.create('notes', { title: 'one', attachment: file });
is(JSON.parse((await user.records.get('notes', note.id)).attachment).path, file.path, 'a record tells of its file');
const { path } = await other.files.upload(new Blob(['x'], { type: 'text/plain' }));
await refused(() => user.records.create('notes', { attachment: { ...file, path } }), 'SnackBaseError', 400, 'but takes none of another account');

const bad = await refused(() => user.files.upload(new Blob(['<b>'], { type: 'text/html' })), 'SnackBaseError', 400, 'types that nobody allowed are refused');
ok(bad.message.startsWith("File type 'text/html' is not allowed"), 'with the reason', bad.message);
await refused(() => user.files.upload(new Blob(['no picture'], { type: 'image/png' })), 'SnackBaseError', 400, 'and what is something else');
await refused(() => other.files.delete(file.path), 'AuthorizationError', 403, 'another account deletes nothing');
is(await user.files.delete(file.path), { success: true }, 'its own does');
await refused(() => user.files.delete(file.path), 'NotFoundError', 404, 'once');
is((await fetch(url)).status, 404, 'then its address opens nothing');
done();
