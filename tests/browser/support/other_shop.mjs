// A shop of somebody else: pages of its own, on an origin of its own, with the
// element from its own folder, as npm brings it.
import {readFileSync} from 'node:fs';
import http from 'node:http';
import {join, normalize} from 'node:path';
import {root} from './programs.mjs';

const types = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript'};

const pageOf = (script, element) =>
  `<!doctype html><html lang="en"><head><title>Other shop</title>
  <link rel="icon" href="data:,">${script}</head>
  <body><main><h1>Other shop</h1>${element}</main></body></html>`;

export class OtherShop {
  // `script`: how the element comes in; `connect`: whom its pages may call.
  static async start({script, connect, host = '127.0.0.2'}) {
    const shop = new OtherShop();
    shop.element = '';  // markup; a test sets it when it knows the server
    shop.own = '';      // the text of /own.js
    const policy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
      "img-src 'self' blob: data:; worker-src 'self'; connect-src 'self' " + connect;
    shop.server = http.createServer((request, reply) => {
      const path = normalize(request.url.split('?')[0]);
      const end = path === '/' ? '.html' : path.slice(path.lastIndexOf('.'));
      try {
        const body = path === '/own.js' ? shop.own : path === '/' ? pageOf(script, shop.element)
          : readFileSync(join(root, 'storefront', path));
        reply.writeHead(200, {'Content-Type': types[end] ?? 'text/plain',
          'Content-Security-Policy': policy});
        reply.end(body);
      } catch {
        reply.writeHead(404);
        reply.end();
      }
    });
    await new Promise((done) => shop.server.listen(0, host, done));
    shop.url = `http://${host}:${shop.server.address().port}`;
    return shop;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

export const moduleScript = '<script type="module" src="/src/index.js"></script>';
export const plainScript = '<script src="/dist/prewarm-storefront.min.js"></script>';
