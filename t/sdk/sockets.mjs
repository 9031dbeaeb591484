// sockets.mjs — what browsers have and this Node may not: EventSource and WebSocket, as little as the SDK needs.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Reconnects by itself with Last-Event-ID, as the standard says; an answer that is no stream ends it.
export class PlainEventSource {
  constructor(url) {
    this.url = url;
    this.lastEventId = '';
    this.retry = 50;
    this.closed = false;
    this.abort = new AbortController();
    this.run();
  }

  close() {
    this.closed = true;
    this.abort.abort();
  }

  async run() {
    while (!this.closed) {
      try {
        const headers = this.lastEventId ? { 'Last-Event-ID': this.lastEventId } : {};
        const answer = await fetch(this.url, { headers, signal: this.abort.signal });
        if (!answer.ok) this.closed = true;
        else await this.read(answer.body);
      } catch { /* the connection was lost, or never made */ }
      if (!this.abort.signal.aborted) this.onerror?.(new Error('the stream ended'));
      await wait(this.retry);
    }
  }

  async read(body) {
    const decoder = new TextDecoder();
    let text = '';
    this.onopen?.({});
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) this.dispatch(block.split('\n'));
    }
  }

  dispatch(lines) {
    let type = 'message';
    const data = [];
    for (const line of lines) {
      const [, name, value] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
      if (name === 'event') type = value;
      if (name === 'data') data.push(value);
      if (name === 'id') this.lastEventId = value;
    }
    if (type === 'message' && data.length > 0) this.onmessage?.({ data: data.join('\n'), lastEventId: this.lastEventId });
  }
}

// Texts below 64 KiB in one frame each, which is all that is said here.
export class PlainWebSocket {
  constructor(url) {
    const { hostname, port, pathname, search } = new URL(url);
    const key = randomBytes(16).toString('base64');
    this.readyState = 0;
    this.bytes = Buffer.alloc(0);
    this.accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    this.socket = connect(Number(port), hostname, () => this.socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n`
      + `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`));
    this.socket.on('data', (bytes) => this.take(bytes));
    this.socket.on('error', () => {});
    this.socket.on('close', () => this.end());
  }

  take(bytes) {
    this.bytes = Buffer.concat([this.bytes, bytes]);
    if (this.readyState === 0) this.open();
    while (this.readyState === 1 && this.frame());
  }

  open() {
    const end = this.bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.bytes.subarray(0, end).toString();
    this.bytes = this.bytes.subarray(end + 4);
    if (!head.startsWith('HTTP/1.1 101') || !head.includes(this.accept)) {
      this.socket.destroy();
      return;
    }
    this.readyState = 1;
    this.onopen?.({});
  }

  frame() {
    if (this.bytes.length < 2) return false;
    const wide = this.bytes[1] === 126 ? 4 : 2;
    if (this.bytes.length < wide) return false;
    const length = wide === 4 ? this.bytes.readUInt16BE(2) : this.bytes[1];
    if (this.bytes.length < wide + length) return false;
    const op = this.bytes[0] & 15;
    const payload = this.bytes.subarray(wide, wide + length);
    this.bytes = this.bytes.subarray(wide + length);
    if (op === 1) this.onmessage?.({ data: payload.toString() });
    if (op === 8) this.put(8, payload);
    if (op === 9) this.put(10, payload);
    return true;
  }

  put(op, payload) {
    const mask = randomBytes(4);
    const wide = payload.length > 125;
    const head = Buffer.alloc(wide ? 4 : 2);
    head[0] = 0x80 | op;
    head[1] = 0x80 | (wide ? 126 : payload.length);
    if (wide) head.writeUInt16BE(payload.length, 2);
    this.socket.write(Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i % 4])]));
  }

  send(text) {
    this.put(1, Buffer.from(text));
  }

  end() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({});
  }

  close() {
    if (this.readyState === 1) this.put(8, Buffer.alloc(0));
    this.socket.end();
  }
}
