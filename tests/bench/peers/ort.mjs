// The network alone on onnxruntime-node, two threads, no codec.
//   node ort.mjs NODE_MODULES_DIR MODEL.onnx WARM_RUNS INPUT.f32...
// Each INPUT holds 1x3x1024x1024 floats; INPUT.mask receives the first output.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, model, runs, ...inputs] = process.argv.slice(2);
const require = createRequire(modules + "/x.js");
const ort = require("onnxruntime-node");

function read(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: 2, interOpNumThreads: 1, executionMode: "sequential",
});
const [input] = session.inputNames, [output] = session.outputNames;

async function once(path, keep) {
  const tensor = new ort.Tensor("float32", read(path), [1, 3, 1024, 1024]);
  const result = await session.run({ [input]: tensor }, [output]);
  if (keep) {
    const mask = result[output].data;
    writeFileSync(path + ".mask",
                  Buffer.from(mask.buffer, mask.byteOffset, mask.byteLength));
  }
}

await once(inputs[0], true);
console.log(JSON.stringify({ event: "first" }));
const warm_ms = [];
for (let i = 0; i < Number(runs); i++) {
  const start = performance.now();
  await once(inputs[0], false);
  warm_ms.push(performance.now() - start);
}
for (const path of inputs.slice(1)) await once(path, true);
const peak_kb = Number(
  /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
console.log(JSON.stringify({ event: "end", warm_ms, peak_kb }));
