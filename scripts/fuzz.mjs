// npm run fuzz -- NAME [options]: runs fuzz/NAME.mjs on what npm run build made. Each says its options at its top.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...options] = process.argv.slice(2);
const names = ['verdict'];

if (!names.includes(name)) {
  console.error(`usage: npm run fuzz -- NAME [options]\nNAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
if (!existsSync(join(root, 'dist/index.js'))) {
  console.error('There is nothing to test yet: npm run build');
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(root, 'fuzz', `${name}.mjs`), ...options], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
