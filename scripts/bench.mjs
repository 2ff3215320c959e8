// npm run bench -- NAME [--json]: runs bench/NAME.mjs on what npm run build made.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...options] = process.argv.slice(2);
const apart = [
  'router-pipe.mjs',
  'samples.mjs',
  'processes.mjs',
  'compile.mjs',
  'route-subjects.mjs',
  'route-koffi.mjs',
  'collect-hosts.mjs',
  'large-snapshot.mjs',
];
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.mjs') && !apart.includes(file))
  .map((file) => file.slice(0, -4));

if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json]\nNAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
if (!existsSync(join(root, 'dist/index.js'))) {
  console.error('There is nothing to measure yet: npm run build');
  process.exit(2);
}
// "services" also means services-typescript: the parts of one subject.
for (const part of names.filter((one) => one === name || one.startsWith(`${name}-`))) {
  const script = join(root, 'bench', `${part}.mjs`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', script, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
