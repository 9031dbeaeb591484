// portable.mjs — definitions through the published SDK: exported, imported by every strategy, and none of a tenant's business.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const root = await superadmin();
const shelves = await root.collections.create({ name: 'shelves', fields: [{ name: 'label', type: 'text', required: true }], list_rule: '' });
await root.collections.create({ name: 'books', fields: [
  { name: 'title', type: 'text', required: true },
  { name: 'shelf', type: 'reference', collection: 'shelves', on_delete: 'set_null' }] });

const file = await root.collections.export();
is([file.version, file.collections.map((c) => c.name)], ['1.0', ['books', 'shelves']], 'everything is exported');
ok(file.exported_by.includes('@') && !Number.isNaN(Date.parse(file.exported_at)), 'by whom, and when', file);
is(file.collections[1].rules.list_rule, '', 'with its rules');
is((await root.collections.export({ collection_ids: [shelves.id] })).collections.map((c) => c.name), ['shelves'], 'or only some');

let said = await root.collections.import({ data: file });
is([said.success, said.failed_count, said.collections[0].status], [false, 2, 'error'], 'what is there is told, not thrown');
said = await root.collections.import({ data: file, strategy: 'skip' });
is([said.success, said.skipped_count], [true, 2], 'or skipped');
const more = structuredClone(file);
more.collections[1].schema.push({ name: 'floor', type: 'number' });
said = await root.collections.import({ data: more, strategy: 'update' });
is([said.success, said.updated_count, said.migrations_created.length], [true, 2, 1], 'or updated');
is((await root.collections.get(shelves.id)).fields.map((f) => f.name), ['label', 'floor'], 'with the new field');

for (const name of ['books', 'shelves'])
  await root.collections.delete((await root.collections.list()).find((c) => c.name === name).id);
said = await root.collections.import({ data: file, strategy: 'error' });
is([said.success, said.imported_count, said.collections.map((c) => c.status)], [true, 2, ['imported', 'imported']], 'what is gone comes back');
is((await root.collections.export()).collections, file.collections, 'as it was');

await refused(() => root.collections.import({ data: { ...file, version: '2.0' } }), 'SnackBaseError', 400, 'another version is refused');
await refused(() => root.collections.import({ data: {} }), 'ValidationError', 422, 'and what is no export');
const { user } = await tenant('acme', 'owner@acme.example.com');
await refused(() => user.collections.export(), 'AuthorizationError', 403, 'tenants export none');
await refused(() => user.collections.import({ data: file }), 'AuthorizationError', 403, 'and import none');
done();
