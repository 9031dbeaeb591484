// realtime.mjs — the published SDK listens: over WebSocket, and over server-sent events where there is none.
import { execFileSync } from 'node:child_process';
import { client, done, is, ok, superadmin, tenant } from './tap.mjs';
import { PlainEventSource, PlainWebSocket } from './sockets.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(condition, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) if (condition()) return true;
  return false;
}
async function takes(promise) {
  const began = Date.now();
  await promise;
  return Date.now() - began;
}

// All that a client hears, as "name of the event" and the title or id in it.
function notes(realtime, names) {
  const heard = [];
  for (const name of names) realtime.on(name, (data) => heard.push([name, data?.title ?? data?.id]));
  return heard;
}

async function another(user, options) {
  const other = client(options);
  await other.login({ account: 'acme', email: 'owner@acme.example.com', password: 'Correct-Horse-7-Battery' });
  return other;
}

async function bySocket(user, stranger) {
  const { realtime } = await another(user, { realTimeReconnectionDelay: 100 });
  const messages = [];
  const heard = notes(realtime, ['posts.create', 'posts.update', 'posts.delete', 'posts.*', 'notes.create']);
  realtime.on('message', (message) => messages.push(message));
  await realtime.connect();
  is(realtime.getState(), 'connected', 'WebSocket: it connects');
  ok(await takes(realtime.subscribe('posts')) < 4000, 'a subscription is acknowledged');
  await realtime.subscribe('nothing-of-that-name');
  is(realtime.getSubscriptions(), ['posts', 'nothing-of-that-name'], 'also to what is not there');

  const post = await user.records.create('posts', { title: 'one' });
  ok(await until(() => heard.length === 2), 'a create is heard', heard);
  is(heard, [['posts.create', 'one'], ['posts.*', 'one']], 'by its names');
  const { timestamp, ...message } = messages[0];
  is([message.type, message.table, message.event, message.data], ['posts.create', 'posts', 'INSERT', await user.records.get('posts', post.id)],
    'the message has the record as a GET shows it');
  ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60000, 'and its time', timestamp);
  await user.records.update('posts', post.id, { title: 'two' });
  await user.records.delete('posts', post.id);
  ok(await until(() => heard.length === 6), 'an update and a delete are heard', heard);
  is(heard.slice(2), [['posts.update', 'two'], ['posts.*', 'two'], ['posts.delete', post.id], ['posts.*', post.id]], 'in their order');

  await stranger.records.create('posts', { title: 'of others' });
  await user.records.create('notes', { title: 'not asked for' });
  await realtime.subscribe('posts', ['delete']);
  const silent = await user.records.create('posts', { title: 'not any more' });
  await user.records.delete('posts', silent.id);
  ok(await until(() => heard.length === 8), 'subscribing again replaces the operations', heard);
  is(heard.slice(6), [['posts.delete', silent.id], ['posts.*', silent.id]], 'nothing else is heard');
  await realtime.unsubscribe('posts');
  await realtime.subscribe('notes', ['create']);
  const last = await user.records.create('posts', { title: 'after leaving' });
  await user.records.delete('posts', last.id);
  await user.records.create('notes', { title: 'a note' });
  ok(await until(() => heard.length === 9), 'unsubscribing is obeyed', heard);
  is(heard[8], ['notes.create', 'a note'], 'subscribing to another one, too');
  is(messages.filter((m) => m.error), [], 'no errors were sent');
  return { realtime, heard };
}

async function byStream(user, stranger) {
  const { realtime } = await another(user, { realTimeReconnectionDelay: 100 });
  const heard = notes(realtime, ['posts.create', 'posts.*', 'notes.create']);
  await realtime.subscribe('posts', ['create']);
  await realtime.connect();
  is(realtime.getState(), 'connected', 'server-sent events: it connects');
  await stranger.records.create('posts', { title: 'of others' });
  await user.records.create('notes', { title: 'not asked for' });
  const post = await user.records.create('posts', { title: 'streamed' });
  await user.records.update('posts', post.id, { title: 'not subscribed' });
  await user.records.create('posts', { title: 'too' });
  ok(await until(() => heard.length === 4), 'creates are heard', heard);
  is(heard, [['posts.create', 'streamed'], ['posts.*', 'streamed'], ['posts.create', 'too'], ['posts.*', 'too']], 'and what was not subscribed to is not');

  const { realtime: all } = await another(user);
  const everything = notes(all, ['posts.create', 'notes.create']);
  await all.connect();
  await all.subscribe('posts');
  await user.records.create('posts', { title: 'a post' });
  await user.records.create('notes', { title: 'a note' });
  ok(await until(() => everything.length === 2), 'who subscribes later hears what may be seen', everything);
  is(everything, [['posts.create', 'a post'], ['notes.create', 'a note']], 'all of it');
  all.disconnect();
  all.sse?.close();
  return { realtime, heard };
}

// The script that started this kills the program and tells when it has gone.
function restartRealtime() {
  execFileSync('sh', ['-c', process.env.KILL_REALTIME]);
}

async function reconnects(user, socket, stream) {
  const states = [];
  for (const state of ['connecting', 'connected']) socket.realtime.on(state, () => states.push(state));
  const before = stream.heard.length;
  restartRealtime();
  ok(await until(() => states.at(-1) === 'connected'), 'WebSocket: connected again after the program was killed', states);
  await socket.realtime.subscribe('notes', ['create']);
  await user.records.create('notes', { title: 'after' });
  ok(await until(() => socket.heard.at(-1)?.[1] === 'after'), 'and heard again', socket.heard);
  await user.records.create('posts', { title: 'after' });
  ok(await until(() => stream.heard.length > before), 'the stream goes on, too', stream.heard);
  socket.realtime.disconnect();
  stream.realtime.disconnect();
  is(socket.realtime.getState(), 'disconnected', 'and leaves');
}

async function refusals() {
  const stranger = client({ realTimeReconnectionDelay: 100, maxRealTimeRetries: 1 });
  let errors = 0;
  stranger.realtime.on('auth_error', () => { errors += 1; });
  await stranger.realtime.connect();
  is([stranger.realtime.getState(), errors], ['error', 1], 'without a token it does not try');
}

const root = await superadmin();
for (const name of ['posts', 'notes']) {
  await root.collections.create({ name, fields: [{ name: 'title', type: 'text' }], list_rule: '@request.auth.id != ""', view_rule: '@request.auth.id != ""',
    create_rule: '@request.auth.id != ""', update_rule: '@request.auth.id != ""', delete_rule: '@request.auth.id != ""' });
}
const { user } = await tenant('acme', 'owner@acme.example.com');
const { user: stranger } = await tenant('other', 'owner@other.example.com');
globalThis.EventSource = PlainEventSource;
globalThis.WebSocket ??= PlainWebSocket;
const socket = await bySocket(user, stranger);
const Socket = globalThis.WebSocket;
delete globalThis.WebSocket;
const stream = await byStream(user, stranger);
globalThis.WebSocket = Socket;
await reconnects(user, socket, stream);
await refusals();
done();
