// node scripts/format.mjs says what isn't formatted; with --write (npm run format) it formats it.
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clangFormatPath } from 'clang-format-node';
import { files } from './stamp.mjs';
import { findTools, which } from './tools.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const write = process.argv.includes('--write');

const made = /(^|[/\\])(node_modules|build|target|dist)[/\\]/;
const sources = ['include', 'native', 'example-plugins', 'templates', 'test', 'bench', 'fuzz']
  .flatMap(files)
  .filter((path) => /\.(c|h|cc|cpp|hpp)$/.test(path) && !made.test(path));

/** The package's install script would make its program executable, but install scripts don't run here. */
function clangFormat() {
  try {
    accessSync(clangFormatPath, constants.X_OK);
  } catch {
    chmodSync(clangFormatPath, 0o755);
  }
  return clangFormatPath;
}

const checks = [
  [
    process.execPath,
    join('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
    'check',
    '--error-on-warnings',
    ...(write ? ['--write'] : []),
    '.',
  ],
  [clangFormat(), ...(write ? ['-i'] : ['--dry-run', '--Werror']), ...sources],
];

const { cargo } = findTools();
if (existsSync('Cargo.toml') && cargo.path && which(['rustfmt'], [dirname(cargo.path)])) {
  for (const folder of ['.', 'rust', 'rust/pgdog', 'rust/pgdog/earlier']) {
    const manifest = ['--manifest-path', join(folder, 'Cargo.toml')];
    checks.push([cargo.path, 'fmt', '--all', ...manifest, ...(write ? [] : ['--check'])]);
  }
}

for (const [program, ...args] of checks) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exitCode = 1;
}
