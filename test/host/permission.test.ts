/** Under Node.js's permission model a host opens where it may do what it needs, and else says which right is missing. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directory, good } from './open.js';

const flag = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

describe.skipIf(process.platform !== 'linux')('the permission model', () => {
  const root = process.cwd();
  const plugin = good().name;
  const run = (...flags: string[]) => {
    const folder = directory();
    const script = join(folder, 'open.mjs');
    const options = { plugins: [plugin], privateDirectory: folder, announce: false };
    writeFileSync(
      script,
      `import { Host } from ${JSON.stringify(join(root, 'dist/mortise.js'))};
      try {
        const host = await Host.open(${JSON.stringify(options)});
        for (const { state, error } of host.plugins) console.log(state, error?.code, error?.problems[0]?.remedy);
        await host.close();
      } catch (error) {
        console.log('rejected', error.code, error.problems?.[0]?.remedy);
      }`,
    );
    const rights = flags.map((one) => one.replace('FOLDER', folder));
    const read = [`--allow-fs-read=${root}/`, `--allow-fs-read=${script}`];
    return spawnSync(process.execPath, [flag, ...read, ...rights, script], { encoding: 'utf8' }).stdout;
  };
  const plugins = `--allow-fs-read=${join(plugin, '..')}/`;

  /** Where the libraries that a plugin needs are looked for, and checked. */
  const system = ['/etc/', '/lib/', '/lib64/', '/usr/lib/', '/usr/lib64/', '/usr/local/lib/'].map(
    (place) => `--allow-fs-read=${place}`,
  );

  it('needs no more than the package, the plugins, the system’s libraries and the private directory', () => {
    const own = ['--allow-fs-read=FOLDER/', '--allow-fs-write=FOLDER/'];
    const stdout = run('--allow-addons', plugins, ...system, ...own);
    expect(stdout).toBe('ready undefined undefined\n');
  });

  it.each([
    ['addons', [plugins], /^rejected MORTISE_ERR_ADDON Start Node.js with --allow-addons/],
    ['writing', ['--allow-addons', plugins], /^rejected MORTISE_ERR_COPY_FAILED .*--allow-fs-write/],
    [
      'reading what was written',
      ['--allow-addons', plugins, '--allow-fs-write=FOLDER/'],
      /^rejected MORTISE_ERR_COPY_FAILED .*--allow-fs-read/,
    ],
    [
      'reading the system’s libraries',
      ['--allow-addons', plugins, '--allow-fs-read=FOLDER/', '--allow-fs-write=FOLDER/'],
      /^rejected MORTISE_ERR_FILE_UNREADABLE Start Node.js with --allow-fs-read/,
    ],
    [
      'reading the plugin',
      ['--allow-addons', '--allow-fs-read=FOLDER/', '--allow-fs-write=FOLDER/'],
      /^rejected MORTISE_ERR_FILE_(MISSING|UNREADABLE) \S/,
    ],
  ])('says that %s is forbidden', (_, flags, expected) => {
    expect(run(...flags)).toMatch(expected);
  });
});
