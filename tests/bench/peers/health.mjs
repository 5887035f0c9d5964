// node's http server answering as much as our /health does.
//   node health.mjs BYTES      prints the port it listens on
import { createServer } from "node:http";

const body = JSON.stringify({ state: "x".repeat(
  Math.max(0, Number(process.argv[2]) - 12)) });
const server = createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "application/json",
                            "Content-Length": body.length });
  response.end(body);
});
server.keepAliveTimeout = 60000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
