// dist/: an ES module, one plain script whose syntax is ES5, and the worker of
// both. `npm run build`; prints the sizes, and fails over the limit.
import {build} from 'esbuild';
import {copyFileSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import ts from 'typescript';

const kLimit = 12 * 1024;  // gzipped, of the module with its worker
const common = {bundle: true, minify: true, target: 'es2020', legalComments:
  'none', logLevel: 'warning'};

rmSync('dist', {recursive: true, force: true});
await build({...common, format: 'esm', outdir: 'dist', splitting: true,
  chunkNames: '[name]',
  entryPoints: {'prewarm-storefront': 'src/index.js'}});
await build({...common, format: 'iife', outfile: 'dist/resize_worker.js',
  entryPoints: ['src/resize_worker.js']});

// esbuild bundles, TypeScript writes ES5, esbuild makes it small.
const bundle = await build({...common, minify: false, write: false,
  format: 'iife', globalName: 'Prewarm', entryPoints: ['src/script.js']});
const old = ts.transpileModule(bundle.outputFiles[0].text, {compilerOptions: {
  target: ts.ScriptTarget.ES5, downlevelIteration: true, removeComments: true,
}}).outputText;
await build({...common, bundle: false, target: 'es5', stdin: {contents: old},
  outfile: 'dist/prewarm-storefront.min.js'});

copyFileSync('../LICENSE', 'LICENSE');  // npm packs what lies here

const size = (file) => gzipSync(readFileSync(`dist/${file}`), {level: 9}).length;
const sizes = readdirSync('dist').map((file) => [file, size(file)]);
for (const [file, bytes] of sizes) console.log(`${file}: ${bytes} bytes gzipped`);
// Without the file of a language that is not English: one of them at most.
const module = size('prewarm-storefront.js') + size('resize_worker.js');
if (module > kLimit) {
  console.error(`the module with its worker has ${module} bytes gzipped, ` +
    `${kLimit} are allowed`);
  process.exit(1);
}
console.log(`the module with its worker: ${module} of at most ${kLimit}`);
