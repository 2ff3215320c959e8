/** Shards for trying things out: each a primary and a streaming replica, on loopback, as an unprivileged user. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Only for what hangs. */
const startLimit = 120_000;

// Fast rather than safe: what these servers hold is thrown away.
const settings = `
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 32MB
min_wal_size = 2MB
max_wal_size = 64MB
max_connections = 200
hot_standby = on
listen_addresses = '127.0.0.1'
`;

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {string} folder its data
 * @property {() => Promise<void>} start
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop SIGINT: quickly and cleanly; SIGKILL: as in a crash
 */

export class Cluster {
  /** @type {{ primary: Server, replica: Server }[]} */
  shards = [];
  /** Also those of shards that did not come up. @type {Server[]} */
  #servers = [];

  /** @param {import('./binaries.js').Binaries} binaries */
  constructor(binaries) {
    this.binaries = binaries;
    this.root = mkdtempSync(join(tmpdir(), 'pg-router-servers-'));
    const nobody = 65_534;
    this.user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
    if (this.user.uid) chownSync(this.root, nobody, nobody);
    this.env = { ...process.env, ...binaries.env, HOME: this.root, LC_ALL: 'C.UTF-8' };
  }

  /**
   * @param {number} count how many shards
   * @param {number} port of the first primary; its replica has the next, and each shard begins ten further
   */
  async start(count, port) {
    const template = join(this.root, 'template');
    const initdb = ['-D', template, '-U', 'postgres', '-A', 'trust', '--no-sync', '--wal-segsize=1'];
    await this.#run('initdb', [...initdb, '--locale=C.UTF-8']);
    appendFileSync(
      join(template, 'postgresql.conf'),
      `${settings}unix_socket_directories = '${this.root}'\n`,
    );
    const numbers = Array.from({ length: count }, (_, shard) => shard);
    // Each to its end: none is still being started when another has failed.
    const started = await Promise.allSettled(
      numbers.map((shard) => this.#startShard(template, shard, port + shard * 10)),
    );
    const failed = started.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    this.shards = started.map(({ value }) => value);
  }

  /** Runs one of PostgreSQL's programs, as the servers' user. */
  #run(program, args) {
    return run(join(this.binaries.folder, program), args, { ...this.user, env: this.env, cwd: this.root });
  }

  async #startShard(template, shard, port) {
    const primary = this.#server(`shard-${shard}-primary`, port);
    const replica = this.#server(`shard-${shard}-replica`, port + 1);
    await run('cp', ['-a', template, primary.folder], { ...this.user, cwd: this.root });
    await primary.start();
    const from = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres'];
    const how = ['-R', '-X', 'stream', '-c', 'fast', '--no-sync'];
    await this.#run('pg_basebackup', [...from, ...how, '-D', replica.folder]);
    await replica.start();
    return { primary, replica };
  }

  /** @returns {Server} */
  #server(name, port) {
    const folder = join(this.root, name);
    let child;
    const server = {
      port,
      folder,
      start: async () => {
        const log = openSync(join(this.root, `${name}.log`), 'a');
        const args = ['-D', folder, '-p', `${port}`];
        const options = { ...this.user, env: this.env, cwd: this.root, stdio: ['ignore', log, log] };
        // In a group of its own: Ctrl-C is for this program, which then stops the servers in order.
        child = spawn(join(this.binaries.folder, 'postgres'), args, { ...options, detached: true });
        await this.#ready(child, folder, name);
      },
      stop: async (signal = 'SIGINT') => {
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill(signal);
        await ended;
      },
    };
    this.#servers.unshift(server);
    return server;
  }

  async #ready(child, folder, name) {
    for (let waited = 0; waited < startLimit && child.exitCode === null; waited += 20) {
      await sleep(20);
      if (status(folder, child.pid) === 'ready') return;
    }
    child.kill('SIGKILL');
    throw new Error(
      `${name} did not start:\n${readFileSync(join(this.root, `${name}.log`), 'utf8').slice(-2000)}`,
    );
  }

  /** Stops every server and removes what they held. */
  async stop() {
    // Replicas come before their primaries.
    for (const server of this.#servers) await server.stop();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the server says of itself, in the file that it keeps for that. */
function status(folder, pid) {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid ? lines[7]?.trim() : undefined;
  } catch {
    return undefined;
  }
}
