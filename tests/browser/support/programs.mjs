// The real programs, on free ports of this machine; they end with the test file.
// PREWARM_BIN: folder of the programs, PREWARM_TEST_STORE: of the model store.
import {spawn} from 'node:child_process';
import {mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const build = join(root, 'build');
const bin = process.env.PREWARM_BIN ?? join(build, 'bin');
export const store = process.env.PREWARM_TEST_STORE ?? join(build, 'store');
const engine = join(bin, '..', 'lib', 'libprewarm-engine-fused.so');
const gated = join(bin, '..', 'lib', 'libengine_test_gated_engine.so');
const running = new Set();

// Whatever a test did: nothing of ours outlives it.
process.on('exit', () => {
  for (const program of running) program.child.kill('SIGKILL');
});

// Asks until the answer is something, at most so long.
export async function until(what, ask, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

// One that nobody listens on, for a program that has to be told.
export function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const {port} = probe.address();
      probe.close(() => done(port));
    });
  });
}

class Program {
  constructor(command, args, env = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'prewarm-browser-'));
    this.log = join(this.folder, 'log');
    const out = openSync(this.log, 'a');
    this.child = spawn(join(bin, command), args,
                       {stdio: ['ignore', out, out], env: {...process.env, ...env}});
    this.ended = new Promise((done) => {
      this.child.on('exit', done);
      this.child.on('error', done);
    });
    running.add(this);
  }

  text() {
    return readFileSync(this.log, 'utf8');
  }

  // `pattern` has the port as its group.
  async port(pattern) {
    const found = await until('the port of a program', () => {
      const match = pattern.exec(this.text());
      if (!match && this.child.exitCode !== null) {
        throw new Error(`it ended: ${this.text()}`);
      }
      return match;
    });
    return Number(found[1]);
  }

  async stop(signal = 'SIGTERM') {
    if (running.delete(this)) {
      this.child.kill(signal);
      await this.ended;
    }
    rmSync(this.folder, {recursive: true, force: true});
  }
}

export class Server extends Program {
  constructor(args, env) {
    super('inference-server', ['--host', '127.0.0.1', '--store', store,
      ...args], env);
  }

  // With a gate its warm-up does not get far before `open` is called.
  static async start({port = 0, warm = true, gate = false, model = 'isnet',
                      args = []} = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'prewarm-gate-'));
    const file = join(folder, 'gate');
    const server = new Server(
      ['--port', String(port), '--model', model, '--warm-on-start', String(warm),
       ...(gate ? ['--engine', gated] : []), ...args],
      {PREWARM_TEST_GATE: file, PREWARM_TEST_ENGINE: engine});
    server.open = () => writeFileSync(file, '');
    server.number = await server.port(/event=listening .*port=(\d+)/);
    server.url = `http://127.0.0.1:${server.number}`;
    if (!gate) server.open();
    return server;
  }

  async warmth() {
    return (await fetch(`${this.url}/warmup`)).json();
  }

  async ready() {
    await until('a warm server', async () =>
      (await this.warmth()).state === 'ready');
  }
}

export class Controller extends Program {
  // `documents` of its policies; `origins` may read its answers.
  static async start(documents, origins, args = []) {
    const folder = mkdtempSync(join(tmpdir(), 'prewarm-policies-'));
    documents.forEach((document, number) => writeFileSync(
      join(folder, `${number}.json`), JSON.stringify(document)));
    const controller = new Controller('warmup-controller',
      ['local', '--policies', folder, '--listen', '127.0.0.1:0', '--public',
       '127.0.0.1:0', ...origins.flatMap((one) => ['--cors-origin', one]), ...args]);
    const port = (name) => controller.port(
      new RegExp(`event=listening listener=${name} port=(\\d+)`));
    controller.url = `http://127.0.0.1:${await port('inner')}`;
    controller.publicUrl = `http://127.0.0.1:${await port('public')}`;
    return controller;
  }

  // The value of a metric with these labels, as text stands in /metrics.
  async metric(name) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(name));
    return line === undefined ? null : Number(line.split(' ').pop());
  }
}

export const serverCommand = (...args) => [
  join(bin, 'inference-server'), '--host', '127.0.0.1', '--port', '{port}',
  '--store', store, '--model', 'isnet', ...args];
