/** What a host loads when it opens: readers of configuration take longer than all else of a start. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const hooks = `
  export async function load(url, context, next) {
    process._rawDebug(url);
    return next(url, context);
  }`;
const program = (plugins: readonly string[]) => `
  import { createRequire, register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
  const { Host } = await import(${JSON.stringify(resolve('dist/mortise.js'))});
  const host = await Host.open({ plugins: ${JSON.stringify(plugins)} });
  for (const { state } of host.plugins) if (state !== 'ready') throw new Error(state);
  await host.close();
  for (const path of Object.keys(createRequire('/').cache)) process._rawDebug('file://' + path);`;

/** The URLs of all that is loaded. */
function loaded(plugins: readonly string[]): string[] {
  const args = ['--input-type=module', '-e', program(plugins)];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stderr.split('\n').filter((line) => /^\w+:/.test(line));
}

it('a host without a configuration file loads no reader of one', () => {
  const urls = loaded([]);
  expect(urls.join('\n')).toContain('dist/mortise.js');
  expect(urls.filter((url) => /node_modules\/(zod|.*toml)/.test(url))).toEqual([]);
});

const splitter = resolve('example-plugins/c-read-splitter/build/libread_splitter.so');

it('a host of plugins of our own loads two files, and no package', () => {
  const urls = loaded([splitter]);
  expect(urls.filter((url) => url.includes('/dist/') && !url.includes('node_modules'))).toHaveLength(2);
  expect(urls.filter((url) => url.includes('/node_modules/'))).toEqual([]);
});

it('such a host loads none of the parts of Node.js that few hosts need', () => {
  const script = `
    const { Host } = await import(${JSON.stringify(resolve('dist/mortise.js'))});
    const host = await Host.open({ plugins: [${JSON.stringify(splitter)}] });
    await host.close();
    console.log(process.moduleLoadList.join('\\n'));`;
  const args = ['--input-type=module', '-e', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const parts = [...stdout.matchAll(/^NativeModule (.*)$/gm)].map(([, name]) => name);
  // What it does need is there to be seen.
  expect(parts).toContain('crypto');
  const few = ['http', 'https', 'worker_threads', 'child_process', 'dns'];
  expect(parts.filter((name) => few.includes(name as string))).toEqual([]);
});
