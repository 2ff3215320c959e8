/** What a host loads when it opens: readers of configuration take longer than all else of a start. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const hooks = `
  export async function load(url, context, next) {
    process._rawDebug(url);
    return next(url, context);
  }`;
const program = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
  const { Host } = await import(${JSON.stringify(resolve('dist/mortise.js'))});
  const host = await Host.open({ plugins: [] });
  await host.close();`;

it('a host without a configuration file loads no reader of one', () => {
  const args = ['--input-type=module', '-e', program];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  const packages = [...stderr.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name);
  expect(stderr).toContain('dist/mortise.js');
  expect(packages.filter((name) => /zod|toml/.test(name as string))).toEqual([]);
});
