// types.mjs — the generated TypeScript, checked by its compiler together with the published SDK's own types.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { done, is, ok, superadmin, url } from './tap.mjs';

const root = await superadmin();
await root.collections.create({ name: 'people', fields: [{ name: 'name', type: 'text', required: true }] });
await root.collections.create({ name: 'posts', fields: [
  { name: 'title', type: 'text', required: true, default: '*/ }' }, { name: 'seats', type: 'number' }, { name: 'open', type: 'boolean' },
  { name: 'salary', type: 'number', pii: true }, { name: 'extra', type: 'json' }, { name: 'at', type: 'datetime' },
  { name: 'author', type: 'reference', collection: 'people', on_delete: 'cascade' }, { name: 'secret', type: 'text' }],
  list_fields: '["title","seats","open","salary","extra","at","author"]', list_rule: '', view_rule: '' });
for (const name of ['posts_create', 'collections', 'record', 'promise', 'json'])
  await root.collections.create({ name, fields: [{ name: 'constructor', type: 'text' }, { name: 'class', type: 'number' }] });

const signIn = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ account: 'system', email: process.env.SUPERADMIN_EMAIL, password: process.env.SUPERADMIN_PASSWORD }) });
const bearer = { Authorization: `Bearer ${(await signIn.json()).token}` };
const generated = await (await fetch(`${url}/api/v1/collections/types.ts`, { headers: bearer })).text();

const folder = mkdtempSync(join(tmpdir(), 'larder-types-'));
symlinkSync(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'));
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
function compile(source) {
  writeFileSync(join(folder, 'types.ts'), generated);
  writeFileSync(join(folder, 'use.ts'), source);
  try {
    execFileSync('node', [join(import.meta.dirname, 'node_modules/typescript/bin/tsc'), '--strict', '--noEmit', '--target', 'es2022',
      '--module', 'nodenext', '--moduleResolution', 'nodenext', '--skipLibCheck', join(folder, 'types.ts'), join(folder, 'use.ts')]);
    return '';
  } catch (error) { return String(error.stdout); }
}

const uses = `
import { SnackBaseClient } from '@snackbase/sdk';
import type { Collections, CollectionsCreate, CollectionsUpdate, Posts, PostsCreate } from './types.js';
declare const client: SnackBaseClient;
export async function use() {
  const page = await client.records.list<Collections['posts']>('posts');
  const first: Posts | undefined = page.items[0];
  const title: string = first.title;
  const seats: number | null = first.seats;
  const open: boolean = first.open;
  const salary: string | number | null = first.salary;
  const hidden: string | null | undefined = first.secret;
  const author: string | null = first.author;
  const made: PostsCreate = { title: 'a', extra: { deep: [1, null, 'x'] }, seats: 3 };
  const change: CollectionsUpdate['posts'] = { seats: null };
  const saved = await client.records.create<Posts>('posts', made);
  await client.records.patch<Posts>('posts', saved.id, change);
  await client.records.batchCreate('posts', [{ ...made }]);
  const everybody: keyof Collections = 'posts_create';
  const other: CollectionsCreate['posts_create'] = { constructor: 'x', class: 1 };
  return [title, seats, open, salary, hidden, author, everybody, other];
}
`;
is(compile(uses), '', 'the types compile, and fit the SDK');
const misuses = `
import type { Collections, CollectionsCreate, Posts, PostsUpdate } from './types.js';
declare const post: Posts;
// @ts-expect-error a required field is missing
export const a: CollectionsCreate['posts'] = { seats: 1 };
// @ts-expect-error a required field cannot be null
export const b: PostsUpdate = { title: null };
// @ts-expect-error a number that may be null is no number
export const c: number = post.seats;
// @ts-expect-error a masked number may be a text
export const d: number | null = post.salary;
// @ts-expect-error what is kept from callers may be missing
export const e: string | null = post.secret;
// @ts-expect-error no such field
export const f: CollectionsCreate['posts'] = { title: 'x', nothing: 1 };
// @ts-expect-error nobody writes system fields
export const g: CollectionsCreate['posts'] = { title: 'x', id: 'y' };
// @ts-expect-error no such collection
export const h: Collections['nowhere'] = {};
`;
is(compile(misuses), '', 'what the wire refuses the compiler refuses');
ok(compile('export const x: number = "1";\n').includes('TS2322'), 'and a compiler it is');
rmSync(folder, { recursive: true });
done();
