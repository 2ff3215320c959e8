import { expect, it } from 'vitest';
import { call } from './call.js';
import { chain, directoryOf } from './plugins.js';
import { runDocument } from './shapes.js';

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
