/** The built command line as a program among programs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyDocument } from '../../src/cli/json/shapes.js';
import { chain, directoryOf, firewall } from './plugins.js';
import { spawnCli } from './spawn.js';

it('is a program', async () => {
  const { ended } = spawnCli(['verify', firewall, '--json'], { cwd: directoryOf({}) });
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, '']);
  verifyDocument.parse(JSON.parse(stdout));
});

it('can be executed, as npm links it', () => {
  expect(spawnSync(resolve('dist/cli.js'), ['--version'], { encoding: 'utf8' }).stdout).toMatch(/^\d/);
});

it.skipIf(process.platform === 'win32')('keeps its exit code when nobody reads its output', () => {
  const command = `"${process.execPath}" dist/cli.js inspect --exports "$0" | head -1; echo "\${PIPESTATUS[0]}"`;
  const text = execFileSync('bash', ['-c', command, process.execPath], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(text.trim().split('\n').at(-1)).toBe('0');
});

it.skipIf(process.platform !== 'linux')('says that the disk is full, with exit code 2', () => {
  const command = `"${process.execPath}" dist/cli.js inspect "$0" > /dev/full`;
  const { status, stderr } = spawnSync('bash', ['-c', command, firewall], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining('ENOSPC')]);
});

it('says what to change where package.json makes a file of services CommonJS, as npm init does', async () => {
  const cwd = directoryOf({
    'package.json': '{ "type": "commonjs" }',
    'services.js': "import { defineService } from 'mortise';\n",
  });
  const { code, stderr } = await spawnCli(['headers', 'services.js'], { cwd }).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('Write "type": "module" into its package.json');
});

describe('run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with its summary and exit code 0 at %s', async (signal) => {
    const child = spawnCli(['run'], { cwd: directoryOf({ 'mortise.toml': chain }) });
    await new Promise<void>((started) =>
      child.stderr.on('data', (text) => String(text).includes('Running') && started()),
    );
    child.kill(signal);
    const { code, signal: killedBy, stdout } = await child.ended;
    expect([code, killedBy]).toEqual([0, null]);
    expect(stdout).toContain(`until ${signal}`);
  });
});

it.each(['--help', 'inspect'])('starts %s without what it does not need', (argument) => {
  const argv = argument === '--help' ? [argument] : [argument, firewall];
  // NODE_DEBUG=esm names every module that is loaded.
  const { stderr, status } = spawnSync(process.execPath, ['dist/cli.js', ...argv], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: 'esm' },
  });
  expect(status).toBe(0);
  expect(stderr).toContain('commander');
  for (const heavy of ['/zod/', '/koffi/', '/smol-toml/', 'dist/host/host.js'])
    expect(stderr).not.toContain(heavy);
});
