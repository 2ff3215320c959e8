// What ending.test.ts starts: node in-mid-query.mjs LIBRARY INIT exit | terminate | cancel
import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const addon = createRequire(import.meta.url)('../../../build/Release/mortise.node');
const endless = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t';
const [library, init, mode] = isMainThread ? process.argv.slice(2) : workerData;
const say = (line) => process.stdout.write(`${line}\n`);
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function connect() {
  const { driver } = addon.adbcLoad(addon.findSymbol(addon.openLibrary(library, false, false), init));
  const path = init.startsWith('duckdb') ? [['path', ':memory:']] : [];
  return addon.adbcConnect(await addon.adbcOpen(driver, path), []);
}

const ask = (connection, sql, once) => {
  const statement = addon.adbcStatement(connection);
  return { statement, result: addon.adbcExecute(statement, { ask: { kind: 'sql', sql }, once }) };
};

if (!isMainThread) {
  ask(await connect(), endless);
  parentPort.postMessage('started');
} else if (mode === 'terminate') {
  const worker = new Worker(new URL(import.meta.url), { workerData: [library, init, mode] });
  await new Promise((resolve) => worker.once('message', resolve));
  await later(50);
  await worker.terminate();
  const { result } = ask(await connect(), 'SELECT 1', true);
  say(`${(await result).block.rows} row after the worker's end`);
  process.exit(0); // what a driver hangs in is left alone
} else if (mode === 'exit') {
  ask(await connect(), endless);
  await later(50);
  say('exits');
  process.exit(0);
} else {
  const connection = await connect();
  const { statement, result } = ask(connection, endless);
  const ended = result.catch((error) => error);
  await later(50);
  const start = performance.now();
  say(await addon.adbcCancel(statement));
  const { kind } = await Promise.race([ended, later(2000).then(() => ({ kind: 'runs on' }))]);
  say(kind);
  say(performance.now() - start < 1000 ? 'soon' : 'late');
  if (kind !== 'runs on') say(`${(await ask(connection, 'SELECT 1', true).result).block.rows} row`);
  process.exit(0);
}
