/** A configuration that is read again while plugins read and write: `npm run stress -- reloads` is the same, larger. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { directory } from '../../host/open.js';
import { packages } from './parts.js';

const stress = resolve(import.meta.dirname, '../../stress/reloads');

interface Build {
  buildCounted(folder: string): string;
  buildCollectd(folder: string, packages: Record<string, string>): string;
}

async function reloaded(arguments_: (build: Build, folder: string) => string[]) {
  const folder = directory();
  const build = (await import(/* @vite-ignore */ resolve(stress, 'build.mjs'))) as Build;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(stress, 'main.mjs'), '4', folder, ...arguments_(build, folder)],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { dispatched, written, lives, errors } = JSON.parse(stdout) as Record<string, number | object>;
  expect({ lives, errors, lost: (dispatched as number) - (written as number) }).toEqual({
    lives: 5,
    errors: {},
    lost: 0,
  });
}

const isLinux = process.platform === 'linux';

it.skipIf(!isLinux)('loses nothing of a mortise.toml’s plugins', { timeout: 300_000 }, async () => {
  await reloaded((build, folder) => ['--plugin', build.buildCounted(folder)]);
});

it.skipIf(!packages)(
  'loses nothing of a collectd.conf’s plugins (Debian’s collectd-core and collectd-dev)',
  { timeout: 300_000 },
  async () => {
    await reloaded((build, folder) => [
      '--conf',
      build.buildCollectd(folder, packages as Record<string, string>),
    ]);
  },
);
