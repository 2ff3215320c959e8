// Compiles a benchmark's plugin into build/, once for each content.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * @param {{ extension?: string, include?: string }} [options]
 * @returns {string} the path of the shared library
 */
export function compile(source, defines = [], { extension = 'so', include = `${root}include` } = {}) {
  const path = `${root}bench/plugins/${source}`;
  const hash = createHash('sha256').update(readFileSync(path)).update(defines.join(' '));
  const output = `${root}build/bench/${source}-${hash.digest('hex').slice(0, 12)}.${extension}`;
  if (existsSync(output)) return output;
  mkdirSync(`${root}build/bench`, { recursive: true });
  const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-fvisibility=hidden'];
  execFileSync(
    process.env.CC ?? 'cc',
    [...flags, ...defines, `-I${include}`, path, '-Wl,-Bsymbolic', '-o', output],
    { stdio: 'inherit' },
  );
  return output;
}
