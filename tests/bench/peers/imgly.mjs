// The peer a user would take: @imgly/background-removal-node, model medium.
//   node imgly.mjs NODE_MODULES_DIR PHOTO.jpg WARM_RUNS [CLIENTS SECONDS]
// Prints one JSON line after the first result and one at the end.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, photo, runs, clients, seconds] = process.argv.slice(2);
const require = createRequire(modules + "/x.js");
const { removeBackground } = require("@imgly/background-removal-node");

const config = { model: "medium", output: { format: "image/png" } };
const input = pathToFileURL(photo).href;

// A file to PNG bytes, what our server's request does.
async function once() {
  const blob = await removeBackground(input, config);
  return (await blob.arrayBuffer()).byteLength;
}

const bytes = await once();
console.log(JSON.stringify({ event: "first", bytes }));
const warm_ms = [];
for (let i = 0; i < Number(runs); i++) {
  const start = performance.now();
  await once();
  warm_ms.push(performance.now() - start);
}
// As many calls at once as a server of eight visitors would make.
const load_ms = [];
const loadStart = performance.now();
async function client() {
  while (performance.now() - loadStart < Number(seconds) * 1000) {
    const start = performance.now();
    await once();
    load_ms.push(performance.now() - start);
  }
}
await Promise.all(Array.from({ length: Number(clients ?? 0) }, client));
const load_s = (performance.now() - loadStart) / 1000;
const peak_kb = Number(
  /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
console.log(JSON.stringify({ event: "end", warm_ms, load_ms, load_s,
                             peak_kb }));
