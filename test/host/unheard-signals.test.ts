/** A plugin that never comes back doesn't keep a signal from ending the process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { build } from '../support/plugins/build.js';
import { directory } from './open.js';

const dist = pathToFileURL(resolve('dist/index.js')).href;
const plugin = (entry: string) => build('hang.c', { define: { IN: entry } });
const script = (entry: string, before = '') => {
  const file = join(directory(), 'main.mjs');
  writeFileSync(
    file,
    `import { Host } from ${JSON.stringify(dist)}; ${before}
    const host = await Host.open({ plugins: [${JSON.stringify(plugin(entry))}] });
    host.route({ sql: 'SELECT 1' });`,
  );
  return [file];
};
const command = (entry: string) => {
  const file = join(directory(), 'mortise.toml');
  writeFileSync(file, `[[plugins]]\nname = ${JSON.stringify(plugin(entry))}\n`);
  return [resolve('dist/cli.js'), 'run', '-c', file];
};

/** Starts Node.js and waits until the plugin says that it hangs. */
async function hanging(args: string[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), closed]);
  expect(line, stderr).toBe('hangs');
  return { child, closed, stderr: () => stderr };
}

describe.runIf(process.platform !== 'win32')('a plugin that hangs', () => {
  it.each([
    ['init', 'a script', 'SIGTERM', script],
    ['init', 'a script', 'SIGINT', script],
    ['route', 'a script', 'SIGTERM', script],
    ['init', 'mortise run', 'SIGTERM', command],
    ['init', 'mortise run', 'SIGINT', command],
  ] as const)('in its %s, in %s, is ended by %s', async (entry, _, signal, args) => {
    const { child, closed, stderr } = await hanging(args(entry));
    try {
      child.kill(signal);
      expect(await closed).toEqual([null, signal]);
      expect(stderr()).toContain(`while in module_${entry} of hang, which did not return`);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it.runIf(process.platform === 'linux')('in a function of MariaDB’s interface is ended, too', async () => {
    const file = join(directory(), 'main.mjs');
    const flags = ['-Wl,--unresolved-symbols=ignore-all'];
    writeFileSync(
      file,
      `import { Host, Passwords } from ${JSON.stringify(dist)};
      const host = await Host.open({ plugins: [${JSON.stringify(build('../../dialects/mariadb/plugin.c', { flags }))}] });
      host.capability(Passwords).validate({ user: 'u', password: 'hang' });`,
    );
    const { child, closed, stderr } = await hanging([file]);
    try {
      child.kill('SIGHUP');
      child.kill('SIGTERM');
      expect(await closed).toEqual([null, expect.stringMatching('SIGHUP|SIGTERM')]);
      expect(stderr()).toContain('while in validate_password of fixture, which did not return');
    } finally {
      child.kill('SIGKILL');
    }
  });

  const wait =
    "host.services.get(defineService('test.wait', '1.0', { wait: fn({}, i32, { thread: 'any' }) })).wait();";
  it.each([
    ['a task on the main thread', 'SIGTERM', 'task', ''],
    ['a task on the main thread', 'SIGINT', 'task', ''],
    ['wait of test.wait', 'SIGTERM', 'service', wait],
    ['wait of test.wait', 'SIGINT', 'service', wait],
  ] as const)('in %s is ended by %s', async (where, signal, IN, call) => {
    const file = join(directory(), 'main.mjs');
    writeFileSync(
      file,
      `import { defineService, fn, Host, i32 } from ${JSON.stringify(dist)};
      const host = await Host.open({ plugins: [${JSON.stringify(build('hang-called.c', { define: { IN } }))}] });
      ${call}
      setInterval(() => {}, 1000);`,
    );
    const { child, closed, stderr } = await hanging([file]);
    try {
      child.kill(signal);
      expect(await closed).toEqual([null, signal]);
      expect(stderr()).toContain(`while in ${where} of hang, which did not return`);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it.each([
    ['after a while', []],
    ['at a second signal', ['SIGINT']],
  ] as const)(
    'in its fini is ended %s',
    async (_, later) => {
      const file = join(directory(), 'main.mjs');
      writeFileSync(
        file,
        `import { Host } from ${JSON.stringify(dist)};
      const host = await Host.open({ plugins: [${JSON.stringify(plugin('fini'))}] });
      setInterval(() => {}, 1000);
      process.kill(process.pid, 'SIGTERM');`,
      );
      const { child, closed, stderr } = await hanging([file]);
      try {
        for (const signal of later) child.kill(signal);
        expect(await closed).toEqual([null, later[0] ?? 'SIGTERM']);
        const said = 'while in module_fini of hang, which did not return';
        // Nobody listens any more to a further one.
        if (later.length === 0) expect(stderr()).toContain(said);
      } finally {
        child.kill('SIGKILL');
      }
    },
    60_000,
  );

  it('in a call on the pool doesn’t keep the process from hearing of the signal', async () => {
    const file = join(directory(), 'main.mjs');
    writeFileSync(
      file,
      `import { defineService, fn, Host, i32 } from ${JSON.stringify(dist)};
      const host = await Host.open({ plugins: [${JSON.stringify(build('hang-called.c', { define: { IN: '' } }))}] });
      const wait = fn({}, i32, { thread: 'any' });
      const [service] = host.services.useAsync(defineService('test.wait', '1.0', { wait }));
      await service.wait();`,
    );
    const { child, closed } = await hanging([file]);
    try {
      child.kill('SIGTERM');
      expect(await closed).toEqual([null, 'SIGTERM']);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('leaves an application alone that listens itself', async () => {
    const { child, closed } = await hanging(script('init', "process.on('SIGTERM', () => {});"));
    // SIGINT, which nobody else listens to, comes last and is what ends it.
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await closed).toEqual([null, 'SIGINT']);
  });
});
