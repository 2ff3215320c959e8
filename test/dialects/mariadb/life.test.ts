/** MariaDB plugins when threads and processes end, and when two hosts have the same one. */
import { describe, expect, it } from 'vitest';
import { open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';
import { inChild } from './child.js';

const canRun = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
const fixture = () =>
  build('../../dialects/mariadb/plugin.c', { flags: ['-Wl,--unresolved-symbols=ignore-all'] });

describe.skipIf(!canRun)('the life of a plugin of MariaDB’s interface (Linux on x64 or arm64)', () => {
  it('two hosts have copies of their own', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map((integer) => open({ plugins: [{ name: fixture(), config: { integer } }], log: () => {} })),
    );
    const ask = (host: typeof one) =>
      host?.plugins
        .get('fixture')
        .offers.passwords?.validate({ user: 'u', password: 'values' })
        .message?.split(' ')[1];
    expect([ask(one), ask(other)]).toEqual(['1', '2']);
    await one?.close();
    expect(ask(other)).toBe('2');
  });

  it('is ended when its process is, by process.exit too', () => {
    const script = `
      const lines = [];
      const log = ({ message }) => lines.push(message) === 2 && answer(lines);
      await Host.open({ plugins: [input], log });
      process.exit(0);`;
    expect(inChild<string[]>(script, fixture())).toEqual(['init of fixture', 'deinit of fixture']);
  });

  it('a worker that is terminated ends its plugins without JavaScript', () => {
    const script = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const source = \`
        import { Host } from \${JSON.stringify(input.dist)};
        import { parentPort } from 'node:worker_threads';
        const host = await Host.open({ plugins: [\${JSON.stringify(input.path)}], log: () => {} });
        host.plugins.get('fixture').offers.passwords?.validate({ user: 'u', password: 'values' });
        parentPort.postMessage(host.plugins.get('fixture').state);
        setInterval(() => {}, 1000);\`;
      const states = [];
      for (let round = 0; round < 5; round++) {
        const url = new URL('data:text/javascript,' + encodeURIComponent(source));
        const worker = new Worker(url, { execArgv: [] });
        states.push((await once(worker, 'message'))[0]);
        await worker.terminate();
      }
      answer(states);`;
    const dist = new URL('../../../dist/index.js', import.meta.url).href;
    expect(inChild<string[]>(script, { path: fixture(), dist })).toEqual(Array(5).fill('ready'));
  });
});
