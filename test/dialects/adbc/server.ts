/** One PostgreSQL server on loopback, for the tests of one file. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
// @ts-expect-error: the example is plain JavaScript
import { findPostgres } from '../../../examples/pg-router/servers/binaries.js';

const run = promisify(execFile);
/** Only for what hangs. */
const startMs = 120_000;

export const binaries: { folder: string; env: NodeJS.ProcessEnv } | undefined = findPostgres();

export interface Server {
  uri: string;
  stop(): Promise<void>;
}

/** As an unprivileged user: PostgreSQL doesn't run as root. */
export async function startPostgres(): Promise<Server> {
  if (!binaries) throw new Error('there is no PostgreSQL');
  const root = mkdtempSync(join(tmpdir(), 'mortise-pg-'));
  const nobody = 65_534;
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (user.uid) chownSync(root, nobody, nobody);
  const env = { ...process.env, ...binaries.env, HOME: root, LC_ALL: 'C.UTF-8' };
  const options = { ...user, env, cwd: root };
  const data = join(root, 'data');
  const port = await freePort();
  await run(
    join(binaries.folder, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'],
    options,
  );
  appendFileSync(
    join(data, 'postgresql.conf'),
    `fsync = off\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${root}'\n`,
  );
  const child = spawn(join(binaries.folder, 'postgres'), ['-D', data, '-p', `${port}`], {
    ...options,
    stdio: 'ignore',
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let waited = 0; child.exitCode === null && waited < startMs; waited += 20) {
    if (isReady(data)) return { uri: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop };
    await sleep(20);
  }
  await stop();
  throw new Error('PostgreSQL did not start');
}

function isReady(data: string): boolean {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false; // not written yet
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
