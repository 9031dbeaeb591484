// audit.mjs — the audit trail through the published SDK: listed, read, exported in three formats.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const COLUMNS = ['id', 'account_id', 'operation', 'table_name', 'record_id', 'column_name', 'old_value', 'new_value', 'user_id',
  'user_email', 'user_name', 'es_username', 'es_reason', 'es_timestamp', 'ip_address', 'user_agent', 'request_id', 'occurred_at',
  'checksum', 'previous_hash', 'extra_metadata'];

async function list(root, user, post) {
  const whole = await root.auditLogs.list();
  is([whole.skip, whole.limit, whole.audit_logging_enabled], [0, 50, true], 'a page of the trail');
  is(Object.keys(whole.items[0]), COLUMNS, 'with all columns');
  const changed = await root.auditLogs.list({ record_id: post.id, operation: 'UPDATE', sort_by: 'id', sort_order: 'asc' });
  const title = changed.items.find((row) => row.column_name === 'title');
  is([title.old_value, title.new_value, title.table_name, title.user_email, title.account_id, title.extra_metadata],
    ['One', 'Two', 'col_posts', 'owner@acme.example', user.account.id, { auth_method: 'jwt' }], 'what a record was');
  const page = await root.auditLogs.list({ account_id: user.account.id, table_name: 'col_posts', user_id: user.user.id, skip: 2, limit: 3 });
  ok(page.total > 8 && page.items.length === 3 && page.skip === 2, 'filtered, page by page', page);
  is((await root.auditLogs.list({ from_date: new Date(Date.now() + 60000).toISOString() })).total, 0, 'nothing of the future');
  is((await root.auditLogs.list({ record_id: post.id, to_date: new Date(Date.now() + 60000).toISOString() })).total,
    (await root.auditLogs.list({ record_id: post.id })).total, 'all until now');
  await refused(() => root.auditLogs.list({ limit: 501 }), 'ValidationError', 422, 'five hundred at most');
  await refused(() => root.auditLogs.list({ from_date: 'yesterday' }), 'ValidationError', 422, 'dates are dates');
  is(await root.auditLogs.get(title.id), title, 'a row by its number');
  is(await root.auditLogs.get(String(title.id)), title, 'also as text');
  const none = await refused(() => root.auditLogs.get('999999'), 'NotFoundError', 404, 'one that is not there');
  is(none.message, 'Audit log entry 999999 not found', 'is said so');
}

async function exported(root, post) {
  const filter = { record_id: post.id, skip: 1, limit: 1 };
  const rows = await root.auditLogs.export(filter);
  const { total } = await root.auditLogs.list({ record_id: post.id });
  ok(Array.isArray(rows) && rows.length === total, 'JSON is what comes unless asked otherwise, and parsed', rows);
  is(Object.keys(rows[0]).length, 11, 'with the columns of an export');
  const csv = await root.auditLogs.export(filter, 'csv');
  is(csv.split('\r\n').length, total + 2, 'CSV is text');
  ok(csv.startsWith('ID,Timestamp,Operation,'), 'with a line of heads', csv);
  const pdf = await root.auditLogs.export(filter, 'pdf');
  ok(/^[A-Za-z0-9+/]+=*$/.test(pdf) && Buffer.from(pdf, 'base64').subarray(0, 5).toString() === '%PDF-',
    'a PDF is base64', pdf.slice(0, 60));
  await refused(() => root.auditLogs.export(filter, 'xml'), 'ValidationError', 422, 'there are no more formats');
}

const root = await superadmin();
const { user } = await tenant('acme', 'owner@acme.example');
await root.collections.create({ name: 'posts', fields: [{ name: 'title', type: 'text' }],
  create_rule: '@request.auth.id != ""', update_rule: '@request.auth.id != ""' });
const post = await user.records.create('posts', { title: 'One' });
await user.records.patch('posts', post.id, { title: 'Two' });
await list(root, user, post);
await exported(root, post);
for (const call of [() => user.auditLogs.list(), () => user.auditLogs.get('1'), () => user.auditLogs.export()])
  await refused(call, 'AuthorizationError', 403, 'tenants see nothing of it');
done();
