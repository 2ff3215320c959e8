/** Hosts for tests: they close when their test ends. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Host, type HostOptions, type Plugin, type PluginRequest, type Problem } from '../../src/index.js';
import { build } from '../support/plugins/build.js';

export async function open(options: HostOptions = {}): Promise<Host> {
  const host = await Host.open({ announce: false, ...options });
  onTestFinished(() => host.close());
  return host;
}

/** A new directory that goes when the test ends. */
export function directory(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-host-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A plugin that answers shard 2, whatever is asked. */
export const good = (): PluginRequest => ({
  name: build('decider.c', { define: { NAME: 'good' } }),
  config: { target: 1, shard: 2 },
});

/**
 * Opens a host in which something bad stands before a good plugin, and checks that the good one is asked and
 * that the bad one is never thought ready.
 */
export async function besideGood(
  bad: string | PluginRequest,
  options: HostOptions = {},
): Promise<{ host: Host; plugin: Plugin; problems: readonly Problem[] }> {
  const host = await open({ ...options, plugins: [bad, good()] });
  const [plugin] = host.plugins;
  expect(host.route({ sql: 'SELECT 1', shards: 4 })).toEqual({ plugin: 'good', shard: 2, readWrite: null });
  expect(host.plugins.get('good').state).toBe('ready');
  expect(plugin?.state).toMatch(/rejected|failed/);
  const problems = plugin?.error?.problems ?? [];
  for (const problem of problems) expectComplete(problem);
  return { host, plugin: plugin as Plugin, problems };
}

/** Says what, about what, what was expected, what was found, and what to do. */
export function expectComplete(problem: Problem): void {
  expect(problem).toEqual({
    code: expect.stringMatching(/^MORTISE_(ERR|WARN)_[A-Z_]+$/),
    message: expect.stringMatching(/\S/),
    subject: expect.stringMatching(/\S/),
    expected: expect.stringMatching(/\S/),
    found: expect.stringMatching(/\S/),
    remedy: expect.stringMatching(/^[A-Z].*[^\s]$/s),
    ...(problem.where !== undefined && { where: expect.stringMatching(/\S/) }),
  });
}

/** What a call throws. */
export function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
