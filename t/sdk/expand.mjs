// expand.mjs — selects, references and expand through the published SDK: lists, single records, the query builder.
import { done, is, refused, superadmin, tenant } from './tap.mjs';

const root = await superadmin();
const open = { list_rule: '', view_rule: '', create_rule: '@request.auth.id != ""', update_rule: '', delete_rule: '' };
await root.collections.create({ name: 'tags', fields: [{ name: 'name', type: 'text' }], ...open });
const posts = await root.collections.create({
  name: 'posts',
  fields: [{ name: 'title', type: 'text' }, { name: 'size', type: 'select', options: ['S', 'M'] },
    { name: 'colours', type: 'select', options: { values: ['red', 'green'], max: 2 } },
    { name: 'tags', type: 'references', collection: 'tags', on_delete: 'set_null' }],
  ...open,
});
is(posts.fields[2].options, { values: ['red', 'green'], max: 2 }, 'options come back');
await root.collections.create({
  name: 'comments', fields: [{ name: 'text', type: 'text' }, { name: 'post', type: 'reference', collection: 'posts', on_delete: 'cascade' }], ...open,
});

const { user } = await tenant('acme', 'owner@acme.example');
const [red, blue] = await Promise.all(['red', 'blue'].map((name) => user.records.create('tags', { name })));
const post = await user.records.create('posts', { title: 'one', size: 'M', colours: ['green', 'red'], tags: [blue.id, red.id] });
is([post.size, post.colours, post.tags], ['M', ['green', 'red'], [blue.id, red.id]], 'choices and lists are written');
await user.records.create('comments', { text: 'first', post: post.id });

const page = await user.records.list('posts', { expand: 'tags,comments_via_post.post' });
is(page.items[0].tags.map((tag) => tag.name), ['blue', 'red'], 'a list is expanded in its order');
is(page.items[0].comments_via_post.map((c) => [c.text, c.post.title]), [['first', 'one']], 'and what refers to a record, and further');
is((await user.records.get('posts', post.id, { expand: 'tags' })).tags[1].name, 'red', 'one record as well');
const found = await user.records.query('posts').filter(`tags = "${red.id}" && colours = "green"`).expand('comments_via_post').get();
is([found.total, found.items[0].comments_via_post.length], [1, 1], 'the query builder finds by one of several');

const error = await refused(() => user.records.create('posts', { size: 'XL', tags: [post.id] }), 'SnackBaseError', 400, 'what does not fit is refused');
is(error?.details?.details?.map((d) => [d.field, d.code]), [['size', 'invalid_option'], ['tags', 'invalid_reference']], 'field by field');
await user.records.delete('tags', blue.id);
is((await user.records.get('posts', post.id)).tags, [red.id], 'what goes leaves the lists');
done();
