/** What Prometheus scrapes, made by the package prom-client. */
import { createRequire } from 'node:module';
import { expect, it, onTestFinished } from 'vitest';
import { prometheusWriter } from '../../../src/index.js';
import { run } from '../../host/child.js';
import { open } from '../../host/open.js';

const isInstalled = (() => {
  try {
    return createRequire(import.meta.url).resolve('prom-client') !== '';
  } catch {
    return false;
  }
})();

it.skipIf(!isInstalled)('answers a scrape with the newest values (prom-client)', async () => {
  const { collecting } = await open({ collecting: { hostname: 'here' } });
  const writer = prometheusWriter();
  collecting.addWriter(writer);
  const { server, url } = await writer.listen(0);
  onTestFinished(() => void server.close());
  const time = Date.now() - 5000;
  for (const step of [0, 1]) {
    const at = { plugin: 'disk', time: time + step * 1000 };
    collecting.dispatch({ ...at, type: 'gauge', pluginInstance: 'sda', values: 7 + step });
    collecting.dispatch({ ...at, type: 'derive', typeInstance: 'a"b', values: 1000 + step });
    collecting.dispatch({ ...at, type: 'absolute', values: 5 });
    collecting.dispatch({ ...at, type: 'percent', values: Number.NaN });
  }
  await collecting.flush();
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const text = await response.text();
  const lines = text.split('\n').filter((line) => line && !line.startsWith('# HELP'));
  expect(lines.sort()).toEqual(
    [
      '# TYPE collectd_disk_gauge gauge',
      '# TYPE collectd_disk_derive_total counter',
      '# TYPE collectd_disk_absolute_total counter',
      'collectd_disk_gauge{host="here",plugin_instance="sda",type_instance=""} 8',
      'collectd_disk_derive_total{host="here",plugin_instance="",type_instance="a\\"b"} 1001',
      'collectd_disk_absolute_total{host="here",plugin_instance="",type_instance=""} 10',
    ].sort(),
  );
  expect((await fetch(url.replace('/metrics', '/other'))).status).toBe(404);
});

it.skipIf(!isInstalled)('leaves out what is stale (prom-client)', async () => {
  const { collecting } = await open({ collecting: {} });
  const writer = prometheusWriter({ prefix: 'my', staleIntervals: 2 });
  collecting.addWriter(writer);
  const now = Date.now();
  const report = { plugin: 'p', type: 'gauge', values: 1, interval: 1 };
  collecting.dispatch({ ...report, typeInstance: 'old', time: now - 3000 });
  collecting.dispatch({ ...report, typeInstance: 'new', time: now });
  await collecting.flush();
  const text = await writer.metrics();
  expect(text).toContain('my_p_gauge{host=');
  expect(text).toContain('type_instance="new"');
  expect(text).not.toContain('"old"');
});

it('says what to install', async () => {
  const { code, stdout } = await run(
    `process.chdir('/');
    const { prometheusWriter } = await import(process.env.MORTISE_TEST_DIST);
    const { Module } = await import('node:module');
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (name === 'prom-client') throw Object.assign(new Error("Cannot find module 'prom-client'"), { code: 'MODULE_NOT_FOUND' });
      return load(name, ...rest);
    };
    try { prometheusWriter(); } catch ({ code, problems }) { console.log(code, problems[0].remedy); }`,
    { plugins: [] },
  );
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'MORTISE_ERR_PEER_MISSING Run npm install prom-client@15.\n',
  });
});
