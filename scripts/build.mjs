// npm run build: the addon, the TypeScript, and the example plugins in C and Rust, in that order.
// Says first what the machine lacks, builds all that it can, and fails only for what is needed.
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonFile, addonState, typescriptState } from './built.mjs';
import { bundle } from './bundle.mjs';
import { withLock } from './lock.mjs';
import { line, run, StepError, step } from './progress.mjs';
import { files, writeStamp } from './stamp.mjs';
import { findTools } from './tools.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const tools = findTools();
const program = (name, path) => join('node_modules', name, path);

const steps = [
  { name: 'addon', needs: ['cmake', 'cxx'], needed: true, build: buildAddon },
  { name: 'TypeScript', needs: [], needed: true, build: buildTypeScript },
  { name: 'C examples', needs: ['cc', 'make'], build: buildC },
  { name: 'Rust examples', needs: ['cargo'], build: buildRust, exists: () => existsSync('Cargo.toml') },
];

if (['cmake-js', 'typescript', 'esbuild'].some((name) => !existsSync(`node_modules/${name}`))) {
  process.stderr.write('The build needs the packages in package-lock.json. Run: npm ci\n');
  process.exit(2);
}
process.exitCode = (await withLock('build/.lock', build)) ? 0 : 1;

async function build() {
  const todo = steps.filter((entry) => entry.exists?.() ?? true);
  for (const { name, needs, needed } of todo) {
    for (const tool of needs.map((need) => tools[need]).filter(({ path }) => !path)) {
      const effect = needed ? 'cannot be built without it' : 'will be skipped';
      process.stderr.write(`Missing: ${tool.what} (for the ${name}, which ${effect}): ${tool.install}\n`);
    }
  }
  let passed = true;
  for (const { name, needs, needed, build } of todo) {
    const lacking = needs.filter((need) => !tools[need].path).map((need) => tools[need].what);
    if (lacking.length > 0) {
      line(needed ? 'FAIL' : 'skip', name, `needs ${lacking.join(' and ')}`);
      passed &&= !needed;
    } else {
      passed = (await step(name, build)) && passed;
    }
  }
  return passed;
}

/** cmake-js and cmake start slowly even with nothing to do, so they are asked only when an input changed. */
async function buildAddon(report) {
  const { stamp, value, isBuilt } = addonState();
  if (isBuilt) return 'unchanged';
  rmSync(stamp, { force: true });
  // Not "cmake-js compile": when a source doesn't compile, that removes build/ and compiles all again.
  const configure = () =>
    run(process.execPath, [program('cmake-js', 'bin/cmake-js'), 'configure'], { report });
  const cache = 'build/CMakeCache.txt';
  if (existsSync(cache)) {
    // A cache from before the folder was moved, or from another generator, can only be thrown away.
    await configure().catch(async () => {
      rmSync(cache);
      rmSync('build/CMakeFiles', { recursive: true, force: true });
      await configure();
    });
  } else {
    await configure();
  }
  const jobs = String(availableParallelism());
  await run(tools.cmake.path, ['--build', 'build', '--config', 'Release', '--parallel', jobs], { report });
  if (!existsSync(addonFile)) throw new StepError(`cmake ended well but left no ${addonFile}`);
  writeStamp(stamp, value);
}

async function buildTypeScript(report) {
  const { stamp, value, stems, isBuilt } = typescriptState();
  if (isBuilt) {
    linkCommand(); // npm ci removes it
    return 'unchanged';
  }
  rmSync(stamp, { force: true });
  try {
    await run(process.execPath, [program('typescript', 'bin/tsc')], { report });
    await bundle();
  } finally {
    // What a removed source left behind would still be importable, and would be published.
    const made = new Set(stems());
    for (const path of files('dist')) {
      if (!made.has(path.replace(/(\.d\.ts|\.js)(\.map)?$/, ''))) rmSync(path);
    }
    linkCommand();
  }
  writeStamp(stamp, value);
}

/**
 * npx links a package's own command once, in its cache. When it was called before the first build, that link
 * never leads anywhere; this one it finds as well.
 */
function linkCommand() {
  const main = 'dist/cli.js';
  const link = 'node_modules/.bin/mortise';
  if (!existsSync(main)) return;
  chmodSync(main, 0o755);
  if (process.platform === 'win32' || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', main), link);
}

async function buildC(report) {
  const folders = readdirSync('example-plugins')
    .map((name) => join('example-plugins', name))
    .filter((path) => existsSync(join(path, 'Makefile')));
  for (const folder of folders) await run(tools.make.path, ['-C', folder], { report });
  return `${folders.length} plugins`;
}

async function buildRust(report) {
  const locked = existsSync('Cargo.lock') ? ['--locked'] : [];
  await run(tools.cargo.path, ['build', '--release', ...locked], { report });
}
