// What lies between a browser and a server and goes wrong: a proxy that counts,
// delays, cuts and refuses as a test says. Streams pass through as they come.
import {createHash} from 'node:crypto';
import http from 'node:http';

export class Proxy {
  constructor(target) {
    this.target = target;    // "http://127.0.0.1:port"; may change
    this.seen = [];          // {method, path, key, sha256, form, status}
    // A request of a photo is decided here: undefined or "pass"; "cut": its answer
    // is lost, the work is done; "bare": 503 as of a cluster's edge; or a promise
    // of these.
    this.decide = () => 'pass';
    this.down = false;       // connections are refused
    this.bytesPerSecond = 0; // of uploads; 0: at once
    this.caller = '';        // whom the server is told to answer; "": itself
    this.sockets = new Set();
    this.server = http.createServer((request, reply) =>
      this.handle(request, reply));
    this.server.on('connection', (socket) => {
      if (this.down) {
        socket.destroy();
        return;
      }
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(target, host = '127.0.0.1') {
    const proxy = new Proxy(target);
    await new Promise((done) => proxy.server.listen(0, host, done));
    proxy.url = `http://${host}:${proxy.server.address().port}`;
    return proxy;
  }

  // Nobody is reached any more, who is connected neither.
  cut() {
    this.down = true;
    for (const socket of this.sockets) socket.destroy();
  }

  back() {
    this.down = false;
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  photos() {
    return this.seen.filter((one) => one.method === 'POST' &&
                                     one.path === '/api/v2/process');
  }

  async handle(request, reply) {
    const body = await this.read(request).catch(() => null);
    if (body === null) return;  // it was cut
    const entry = {method: request.method, path: request.url.split('?')[0],
      key: request.headers['idempotency-key'] ?? null, status: 0,
      form: body.subarray(0, 4096).toString('latin1'),
      sha256: createHash('sha256').update(photoOf(body)).digest('hex')};
    this.seen.push(entry);
    const isPhoto = entry.path === '/api/v2/process';
    const verdict = isPhoto ? await this.decide(entry) : 'pass';
    if (verdict === 'bare') {
      entry.status = 503;
      reply.writeHead(503, {'Content-Type': 'text/plain'});
      reply.end('no healthy upstream');
      return;
    }
    this.forward(request, body, reply, entry, verdict === 'cut');
  }

  async read(request) {
    const parts = [];
    for await (const part of request) {
      parts.push(part);
      if (this.bytesPerSecond > 0) {
        await new Promise((done) => setTimeout(
          done, part.length / this.bytesPerSecond * 1000));
      }
    }
    return Buffer.concat(parts);
  }

  forward(request, body, reply, entry, lose) {
    const {hostname, port} = new URL(this.target);
    const headers = {...request.headers, host: `${hostname}:${port}`};
    if (this.caller) headers['x-forwarded-for'] = this.caller;
    const onward = http.request({hostname, port, path: request.url,
      method: request.method, headers},
    (answer) => {
      entry.status = answer.statusCode;
      if (lose) {
        answer.resume();
        answer.on('end', () => reply.destroy());
        return;
      }
      reply.writeHead(answer.statusCode, answer.headers);
      answer.pipe(reply);
      answer.on('error', () => reply.destroy());
    });
    onward.on('error', () => reply.destroy());
    reply.on('close', () => onward.destroy());
    onward.end(body);
  }
}

// The photo's own bytes: boundaries and fields around it differ each time.
function photoOf(body) {
  const at = body.lastIndexOf('name="image"');
  if (at < 0) return body;
  const start = body.indexOf('\r\n\r\n', at) + 4;
  return body.subarray(start, body.lastIndexOf('\r\n--'));
}
