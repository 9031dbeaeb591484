// computed.mjs — computed fields with the published SDK: defined, shown, filtered and sorted by, never written.
import { done, is, refused, superadmin, tenant } from './tap.mjs';

const root = await superadmin();
const text = (name) => ({ name, type: 'text' });
const number = (name) => ({ name, type: 'number' });
const made = await root.collections.create({
  name: 'people',
  fields: [text('first_name'), text('last_name'), number('price'), number('quantity'),
    { name: 'full_name', type: 'computed', expression: "concat(first_name, ' ', last_name)", return_type: 'text' },
    { name: 'total_price', type: 'computed', expression: 'price * quantity', return_type: 'number' }],
  list_rule: '', view_rule: '', create_rule: '', update_rule: '', delete_rule: '',
});
is(made.fields.filter((f) => f.expression).map((f) => [f.name, f.return_type]),
  [['full_name', 'text'], ['total_price', 'number']], 'the definition comes back whole');
const { user } = await tenant('acme', 'owner@acme.example');
const alice = await user.records.create('people', { first_name: 'Alice', last_name: 'Smith', price: 10, quantity: 3, full_name: 'x' });
is([alice.full_name, alice.total_price], ['Alice Smith', 30], 'a new record has them, whatever was sent');
await user.records.batchCreate('people', [{ first_name: 'Bob', last_name: 'Jones', price: 5, quantity: 4 },
  { first_name: 'Cid', last_name: 'Smith' }]);
const patched = await user.records.patch('people', alice.id, { quantity: 4 });
is([patched.total_price, (await user.records.get('people', alice.id)).total_price], [40, 40], 'a change is followed');
const smiths = await user.records.query('people').filter('full_name', '~', '%Smith%').sort('total_price', 'desc')
  .select(['full_name', 'total_price']).page(1, 10).get();
is([smiths.total, smiths.items.map((r) => [r.full_name, r.total_price])], [2, [['Alice Smith', 40], ['Cid Smith', null]]],
  'filtered, sorted and selected by');
const groups = await user.records.aggregate('people', { functions: 'sum(total_price)', group_by: 'last_name' });
is(groups.results, [{ sum_total_price: 20, last_name: 'Jones' }, { sum_total_price: 40, last_name: 'Smith' }], 'and summed');
const wrong = await refused(() => root.collections.create({ name: 'wrong',
  fields: [{ name: 'c', type: 'computed', expression: 'nonexistent', return_type: 'text' }] }), 'SnackBaseError', 400, 'a bad expression');
is(/schema\[0\]\.expression: Invalid expression syntax: Unknown field 'nonexistent'/.test(wrong?.message), true, 'says what is wrong with it');
const { user: other } = await tenant('rival', 'rival@rival.example');
is((await other.records.list('people')).total, 0, 'another account has none');
done();
