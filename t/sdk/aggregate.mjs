// aggregate.mjs — records.aggregate of the published SDK: functions, groups, filters, conditions, refusals.
import { client, done, is, refused, superadmin, tenant } from './tap.mjs';

const root = await superadmin();
await root.collections.create({
  name: 'sales',
  fields: [{ name: 'price', type: 'number' }, { name: 'status', type: 'text' }, { name: 'cost', type: 'number' }],
  list_rule: '', view_rule: '', create_rule: '@request.auth.id != ""', list_fields: '["price","status"]',
});
const { user } = await tenant('acme', 'owner@acme.example');
const rows = [[10, 'open'], [20, 'open'], [5, 'shut'], [15, 'shut'], [50, 'gone']];
await user.records.batchCreate('sales', rows.map(([price, status]) => ({ price, status, cost: 1 })));

const all = await user.records.aggregate('sales', { functions: 'count(),sum(price),avg(price),min(price),max(price)' });
is(all, { results: [{ count: 5, sum_price: 100, avg_price: 20, min_price: 5, max_price: 50 }], total_groups: 1 },
  'all functions at once');
const groups = await user.records.aggregate('sales', {
  functions: 'count()', group_by: 'status', filter: 'price >= 10 && price < 50', having: 'count() > 1',
});
is(groups, { results: [{ count: 2, status: 'open' }], total_groups: 1 }, 'filter, groups and having');
const mine = await root.records.aggregate('sales', { functions: 'count(cost)', group_by: 'account_id' });
is(mine.results, [{ count_cost: 5, account_id: user.user.account_id }], 'a superadmin by accounts');

const { user: other } = await tenant('rival', 'rival@rival.example');
is((await other.records.aggregate('sales', { functions: 'count()' })).results, [{ count: 0 }], 'another account has none');
const guest = client({ accountId: 'acme' });
is((await guest.records.aggregate('sales', { functions: 'max(price)' })).results, [{ max_price: 50 }], 'what is public is so here');

const hidden = await refused(() => user.records.aggregate('sales', { functions: 'sum(cost)' }),
  'SnackBaseError', 400, 'a hidden field is refused');
is(hidden?.message, "Field 'cost' not found in collection schema", 'as one that is none');
await refused(() => user.records.aggregate('sales', {}), 'ValidationError', 422, 'functions are required');
await refused(() => root.records.aggregate('none', { functions: 'count()' }), 'NotFoundError', 404, 'a collection that is none');
done();
