import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDocument } from '../../src/cli/json/shapes.js';
import { call } from './call.js';
import { chain, directoryOf } from './plugins.js';

it('runs for the time it is given, and sums up', async () => {
  const called = await call(['run', '--for', '50ms', '--json'], {
    cwd: directoryOf({ 'mortise.toml': chain }),
  });
  expect(called.code).toBe(0);
  expect(called.stderr).toContain('Running 2 plugins for 50 ms.');
  const { reason, milliseconds, plugins } = runDocument.parse(called.json());
  expect(reason).toBe('time');
  expect(milliseconds).toBeGreaterThanOrEqual(50);
  expect(plugins.map(({ state }) => state)).toEqual(['ready', 'ready']);
});

it.each(['SIGINT', 'SIGTERM'] as const)('stops at %s, in good order', async (signal) => {
  const { code, stdout } = await call(['run'], {
    cwd: directoryOf({ 'mortise.toml': chain }),
    onStop: (send) => setTimeout(() => send(signal), 300),
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Ran 2 plugins for .* until ${signal}\\. They logged `));
});

it('says which plugins do not run, and exits with 1', async () => {
  const cwd = directoryOf({ 'mortise.toml': `${chain}\n[[plugins]]\nname = "./none.so"\n` });
  const { code, stderr, stdout } = await call(['run', '--for', '10ms'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('MORTISE_ERR_FILE_MISSING');
  expect(stdout).toMatch(/^Ran 2 plugins/);
});

describe('SIGHUP', () => {
  /** Runs, writes another configuration, reloads, and stops. */
  async function reloaded(next: string) {
    const cwd = directoryOf({ 'mortise.toml': chain });
    let stop = (_: NodeJS.Signals) => {};
    let isOpen: (reload: () => void) => void;
    const opened = new Promise<() => void>((resolve) => {
      isOpen = resolve;
    });
    const called = call(['run', '--json'], {
      cwd,
      onStop: (send) => {
        stop = send;
      },
      onSignal: (signal, send) => {
        if (signal === 'SIGHUP') isOpen(send);
      },
    });
    const reload = await opened;
    writeFileSync(join(cwd, 'mortise.toml'), next);
    reload();
    stop('SIGTERM'); // it comes after what was begun
    const { code, stderr, json } = await called;
    return { code, stderr, ...runDocument.parse(json()) };
  }

  it('reads the configuration again', async () => {
    const one = chain.slice(0, chain.lastIndexOf('[[plugins]]'));
    const { code, stderr, reason, plugins } = await reloaded(one);
    expect({ code, reason, plugins: plugins.length }).toEqual({ code: 0, reason: 'SIGTERM', plugins: 1 });
    expect(stderr).toMatch(
      /Running 2 plugins .*\n.*Running 1 plugin .*\nThe configuration was read again\.\n/s,
    );
  });

  it('changes nothing when the configuration is not valid', async () => {
    const { code, stderr, plugins } = await reloaded('[hosts]\n');
    expect({ code, plugins: plugins.length }).toEqual({ code: 0, plugins: 2 });
    expect(stderr).toContain('MORTISE_ERR_CONFIG_KEY');
    expect(stderr.match(/Running 2 plugins/g)).toHaveLength(1);
  });

  it('has what it had when the new configuration does not open', async () => {
    const next = `${chain}\n[[plugins]]\nname = "./none.so"\nrequired = true\n`;
    const { code, stderr, plugins } = await reloaded(next);
    expect({ code, plugins: plugins.length }).toEqual({ code: 0, plugins: 2 });
    expect(stderr).toMatch(/MORTISE_ERR_PLUGIN_REQUIRED.*The configuration was not changed\.\n/s);
  });
});
