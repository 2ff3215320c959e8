// Libraries built with every compiler and linker at hand, and with every option that changes what a loader sees.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolchains } from './tools.mjs';
import { others, sources, variants } from './variants.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
/** Most of the time goes into starting compilers. */
const atOnce = 2;

/**
 * @returns {Promise<{ built: string[], toolchains: Record<string, number>, missing: string[] }>} paths, how many each
 * compiler with its linker built, and the tools that can't be had; a variant that a tool can't make is left out
 */
export async function buildOdd(folder = join(root, 'build/fuzz/odd')) {
  mkdirSync(folder, { recursive: true });
  const found = toolchains();
  const jobs = found
    .filter(({ missing }) => missing === undefined)
    .flatMap((tool) => Object.keys(variants).map((name) => ({ tool, name })));
  const built = new Array(jobs.length);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < jobs.length; index = next++)
      built[index] = await build(folder, jobs[index]);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const made = jobs.filter((_, index) => built[index]);
  return {
    built: built.filter(Boolean),
    toolchains: Object.fromEntries(
      found.map((tool) => [tool.name, made.filter((job) => job.tool === tool).length]),
    ),
    missing: found.flatMap(({ missing }) => missing ?? []),
  };
}

async function build(folder, { tool, name }) {
  const path = join(folder, `${tool.name}-${name}.so`);
  const failed = `${path}.failed`;
  if (existsSync(path)) return path;
  if (existsSync(failed)) return undefined;
  const [source, ...options] = variants[name];
  const partial = `${path}.${process.pid}`;
  const object = await compile(folder, tool, source, options.filter(isForCompiler));
  const status =
    object &&
    (await run(tool.compiler, [
      ...['-w', ...(others.has(name) ? [] : ['-shared']), ...tool.options, object, ...options],
      ...(source.endsWith('.cc') ? ['-lstdc++'] : []),
      ...['-o', partial],
    ]));
  if (status !== 0) {
    rmSync(partial, { force: true });
    writeFileSync(failed, '');
    return undefined;
  }
  if (name === 'no-sections') forgetSections(partial);
  renameSync(partial, path);
  return path;
}

const objects = new Map();

const isForCompiler = (option) => /^-[DOfgm]/.test(option);

/** Most variants differ in how they are linked, so what was compiled serves many. */
function compile(folder, { compiler }, source, options) {
  const words = ['-O1', '-w', '-fPIC', ...options, '-c', join(sources, source)];
  const name = createHash('sha256')
    .update(`${compiler} ${words.join(' ')}`)
    .digest('hex')
    .slice(0, 12);
  const object = join(folder, `${name}.o`);
  if (!objects.has(object))
    objects.set(
      object,
      run(compiler, [...words, '-o', object]).then((status) => (status === 0 ? object : undefined)),
    );
  return objects.get(object);
}

function run(command, words) {
  return new Promise((resolve, reject) => {
    spawn(command, words, { stdio: 'ignore' }).on('error', reject).on('close', resolve);
  });
}

/** No linker leaves them out by itself; packers do. */
function forgetSections(path) {
  const bytes = readFileSync(path);
  bytes.writeBigUInt64LE(0n, 40);
  bytes.fill(0, 58, 64);
  writeFileSync(path, bytes);
}
