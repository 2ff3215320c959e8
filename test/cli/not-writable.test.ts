/** Where this user may not write, each command says so with a code, and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../support/plugins/build.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-not-writable-')));
afterAll(() => rmSync(root, { recursive: true }));
chmodSync(root, 0o755);
const closed = join(root, 'closed');
mkdirSync(closed);
writeFileSync(
  join(root, 'services.mjs'),
  `import { defineService, fn, i64 } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
   export const Rule = defineService('shop.rule', '1.0', { price: fn({}, i64) });`,
);
chmodSync(closed, 0o555);

/** Root may write everywhere: then the command runs as nobody, who has no other rights here than to read. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const mortise = (...args: string[]) =>
  spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], {
    ...user,
    cwd: root,
    encoding: 'utf8',
  });

const runs = process.platform !== 'win32' && mortise('--version').status === 0;
const reason = runs ? '' : ' (skipped: another user cannot run this clone)';

describe.skipIf(!runs)(`without the right to write${reason}`, () => {
  const plugin = join(root, 'plugin.so');
  beforeAll(() => copyFileSync(build('decider.c'), plugin));
  const headers = resolve('include/mortise');
  it.each([
    ['MORTISE_ERR_USAGE', ['headers', 'services.mjs', '--out', closed]],
    ['MORTISE_ERR_USAGE', ['new', 'router', '--lang', 'c', '--dir', join(closed, 'router')]],
    ['MORTISE_ERR_USAGE', ['abi-diff', headers, '--write', join(closed, 'abi.json')]],
    ['MORTISE_ERR_LOCK_WRITE', ['lock', plugin, '--output', join(closed, 'mortise.lock')]],
  ])('%s: mortise %j', (code, args) => {
    const { status, stderr, stdout } = mortise(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(/EACCES|permission denied/);
    expect(readdirSync(closed)).toEqual([]);
  });

  it('a host names the directory of private copies', () => {
    const config = `[host]\nprivate_directory = "closed"\n[[plugins]]\nname = "./plugin.so"\n`;
    writeFileSync(join(root, 'mortise.toml'), config);
    const { status, stderr } = mortise('list');
    expect(status).toBe(2);
    expect(stderr).toMatch(/MORTISE_ERR_COPY_FAILED: .*EACCES/);
    expect(stderr).toContain(closed);
    expect(readdirSync(closed)).toEqual([]);
  });
});
