/** `mortise run --metrics` and `--inspect`, and `mortise top`: what they answer, and whom they refuse. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { parseAddress } from '../../src/cli/serve/address.js';
import { refusalOf } from '../../src/cli/serve/guard.js';
import { call } from './call.js';
import { chain, directoryOf } from './plugins.js';
import { spawnCli } from './spawn.js';

/** A run that listens; ended with the test. */
async function running(options: string[], config = chain) {
  const child = spawnCli(['run', ...options], { cwd: directoryOf({ 'mortise.toml': config }) });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child.ended;
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Running ')) resolve();
    });
    void child.ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  const address = (what: string) => new RegExp(`^${what}: http://([^/]+)/`, 'm').exec(said)?.[1] as string;
  return { child, metrics: address('Metrics'), page: address('Page'), stderr: () => said };
}

/** fetch would write headers of its own. */
const get = (address: string, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; text: string; type: string }>((resolve, reject) => {
    const [host, port] = address.split(':');
    request({ host, port, path, headers, method }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, type: response.headers['content-type'] ?? '' }),
      );
    })
      .on('error', reject)
      .end();
  });

it('answers Prometheus, and those who ask for health', async () => {
  const { metrics } = await running(['--metrics', '0', '--for', '5m']);
  expect(metrics).toMatch(/^127\.0\.0\.1:\d+$/);
  const scraped = await get(metrics, '/metrics');
  expect(scraped).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/plain/) });
  expect(scraped.text).toContain('mortise_calls_total{plugin="query_firewall",entry="module_init"} 1\n');
  expect(scraped.text).toContain('mortise_log_lines_lost_total 0\n');
  expect(await get(metrics, '/health')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await get(metrics, '/ready')).toMatchObject({ status: 200, text: '2 of 2 plugins are ready\n' });
  expect(await get(metrics, '/')).toMatchObject({ status: 404 });
  expect(await get(metrics, '/metrics', {}, 'POST')).toMatchObject({ status: 405 });
  expect(await get(metrics, '/metrics', { host: 'rebound.example' })).toMatchObject({ status: 403 });
});

it('shows a page and the same as JSON, to this machine only', async () => {
  const { page } = await running(['--inspect', '0', '--for', '5m']);
  const shown = await get(page, '/');
  expect(shown).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
  expect(shown.text).toContain('query_firewall');
  const snapshot = JSON.parse((await get(page, '/snapshot.json')).text);
  expect(snapshot).toMatchObject({ schema: 1, plugins: [{ name: 'query_firewall', state: 'ready' }, {}] });
  const [, port] = page.split(':');
  for (const [headers, status] of [
    [{ host: 'rebound.example' }, 403],
    [{ host: `rebound.example:${port}` }, 403],
    [{ origin: 'http://foreign.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 403],
    [{ host: `localhost:${port}`, origin: `http://localhost:${port}` }, 200],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ] as const)
    expect([headers, (await get(page, '/snapshot.json', headers)).status]).toEqual([headers, status]);
});

it('is watched by mortise top', async () => {
  const { page } = await running(
    ['--inspect', '0', '--for', '5m'],
    `${chain}\n[[plugins]]\nname = "./none.so"\n`,
  );
  const { code, stdout } = await call(['top', page]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^mortise \S+, pid \d+: 2 plugins ready, 1 not ready, 0 calls\/s\n\nstate +plugin +entry +calls +\/s +p50 +p99 +restarts\nrejected/,
  );
  expect(stdout).toMatch(/^ready +query_firewall +module_init +1 +0 +\d/m);
  const { json } = await call(['top', page, '--json']);
  expect(json()).toMatchObject({ schema: 1, plugins: [{}, {}, { state: 'rejected' }] });
});

it.each(['--metrics', '--inspect'])(
  '%s on an address in use is refused before a plugin starts',
  async (option) => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr, stdout } = await call(['run', option, String(port), '--for', '10ms'], {
      cwd: directoryOf({ 'mortise.toml': chain }),
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MORTISE_ERR_LISTEN');
    expect(stderr).toContain('another program listens there');
    expect(stderr).not.toContain('Running');
  },
);

it('top says that nothing, or something else, answers', async () => {
  const other = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const strange = await call(['top', String(port)]);
  expect(strange.code).toBe(2);
  expect(strange.stderr).toMatch(/MORTISE_ERR_INSPECT.*something else answers there/);
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));
  const gone = await call(['top', String(port)]);
  expect(gone.stderr).toMatch(/MORTISE_ERR_INSPECT.*ECONNREFUSED/);
});

it.skipIf(process.platform !== 'linux')(
  'goes on when its log has no room, and says what was lost',
  async () => {
    const { spawnSync } = await import('node:child_process');
    const cwd = directoryOf({ 'mortise.toml': `${chain}\n[[plugins]]\nname = "./none.so"\n` });
    const { resolve } = await import('node:path');
    const { status, stdout } = spawnSync(
      'sh',
      ['-c', `exec "${process.execPath}" "${resolve('dist/cli.js')}" run --for 200ms --json 2>/dev/full`],
      { cwd, encoding: 'utf8' },
    );
    const { reason, lost } = JSON.parse(stdout);
    expect({ status, reason }).toEqual({ status: 1, reason: 'time' });
    expect(lost).toBeGreaterThan(0);
  },
);

it.skipIf(process.platform === 'win32')('goes on when nobody reads its log any more', async () => {
  const { child, metrics } = await running(['--metrics', '0', '--json', '--for', '5m']);
  child.stderr.destroy();
  child.kill('SIGHUP'); // which has something to say
  await expect
    .poll(async () => (await get(metrics, '/metrics')).text, { timeout: 30_000 })
    .toMatch(/^mortise_log_lines_lost_total [1-9]/m);
  expect(await get(metrics, '/ready')).toMatchObject({ status: 200 });
  child.kill('SIGTERM');
  const { code, stdout } = await child.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ reason: 'SIGTERM', lost: expect.any(Number) });
});

it.each([
  ['9464', { host: '127.0.0.1', port: 9464 }],
  ['0.0.0.0:9464', { host: '0.0.0.0', port: 9464 }],
  ['shop.local:80', { host: 'shop.local', port: 80 }],
  ['[::1]:0', { host: '::1', port: 0 }],
])('reads the address %s', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

it.each(['', 'localhost', ':9464', '::1', '1.2.3.4:', '65536', 'a:b:1', '-1', '[::1]'])(
  'refuses the address %j',
  (text) => expect(() => parseAddress(text)).toThrow('An address is PORT'),
);

it('lets nobody in by a name that is not its own', () => {
  expect(refusalOf({ host: 'shop.local:1' }, 'shop.local')).toBeUndefined();
  expect(refusalOf({ host: '[::1]:1' }, '::1')).toBeUndefined();
  expect(refusalOf({ host: 'shop.local.example:1' }, 'shop.local')).toBeDefined();
  expect(refusalOf({ host: '127.0.0.1.example' }, '127.0.0.1')).toBeDefined();
  expect(refusalOf({}, '127.0.0.1')).toBeDefined();
});
