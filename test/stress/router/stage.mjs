/** Two shards with replicas, accounts on them, and the router in front of them: all ends with `end`. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cluster } from '../../../examples/pg-router/servers/cluster.js';
import { fill, psql } from '../../../examples/pg-router/servers/tables.js';
import { buildChooser } from '../plugin.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const tenants = 10;
export const accounts = 100;
export const balance = 1000;

export class Stage {
  #folder = mkdtempSync(join(tmpdir(), 'mortise-stress-router-'));
  #router;
  #ending;
  /** The router's own. */
  port = 0;

  constructor(binaries) {
    this.cluster = new Cluster(binaries);
  }

  async start() {
    await this.cluster.start(2, 22_000 + Math.floor(Math.random() * 300) * 20);
    await fill(this.cluster);
    for (const [shard, { primary }] of this.cluster.shards.entries())
      await this.sql(primary.port, tables(shard));
    const { stdout } = this.#fork();
    const [said] = await Promise.race([
      once(stdout, 'data'),
      once(this.#router, 'exit').then(() =>
        Promise.reject(new Error(`the router did not start:\n${this.log()}`)),
      ),
    ]);
    this.port = Number(/:(\d+)/.exec(said)[1]);
  }

  /** A process of its own, and in a group of its own: Ctrl-C is for this program. */
  #fork() {
    const log = openSync(join(this.#folder, 'router.log'), 'a');
    const main = join(root, 'examples/pg-router/main.js');
    this.#router = fork(main, [this.#configure()], { stdio: ['ignore', 'pipe', log, 'ipc'], detached: true });
    return this.#router;
  }

  /** The example's plugins, behind one that does what a comment in the SQL says: COPY names no tenant. */
  #configure() {
    const search = [
      'example-plugins/c-query-firewall/build',
      'example-plugins/c-read-splitter/build',
      'target/release',
    ];
    const plugin = (name, config) => `[[plugins]]\nname = "${name}"\nrequired = true\n${config}\n`;
    writeFileSync(
      join(this.#folder, 'mortise.toml'),
      `[host]\nparser = "pg_query"\nsearch = ${JSON.stringify(search.map((path) => join(root, path)))}\n` +
        plugin(buildChooser(this.#folder), '') +
        plugin(
          'query_firewall',
          'config = { require_where = true, deny = ["drop", "truncate"], log = false }',
        ) +
        plugin('rust_tenant_router', 'config = { column = "tenant_id", strategy = "modulo" }') +
        plugin('read_splitter', 'config = { default_target = "all" }'),
    );
    const shards = this.cluster.shards.map(
      ({ primary, replica }) =>
        `[[shards]]\nprimary = "127.0.0.1:${primary.port}"\nreplicas = ["127.0.0.1:${replica.port}"]\n`,
    );
    const path = join(this.#folder, 'pg-router.toml');
    writeFileSync(
      path,
      `[router]\nlisten = "127.0.0.1:0"\nundecided = 0\nread_own_writes_ms = 5000\n${shards.join('')}`,
    );
    return path;
  }

  /** Past the router. @returns {Promise<string>} what psql prints */
  sql(port, text) {
    return psql(this.cluster, port, text);
  }

  /** Says when the router ends by itself. */
  onDeath(call) {
    this.#router.once('exit', (code, signal) => {
      if (!this.#ending) call(`the router ended: ${signal ?? code}\n${this.log()}`);
    });
  }

  /** The router's own processor time, in seconds, and its memory, in MiB. */
  get cost() {
    const fields = readFileSync(`/proc/${this.#router.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return {
      seconds: (Number(fields[11]) + Number(fields[12])) / 100,
      memory: Math.round(Number(fields[21]) / 256),
    };
  }

  /** The end of what the router wrote. */
  log() {
    return readFileSync(join(this.#folder, 'router.log'), 'utf8').slice(-4000);
  }

  /** What every server does now, for whoever looks for what hangs. */
  async activity() {
    const text = `SELECT pid, state, wait_event, now() - query_start, left(query, 100) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    const all = this.cluster.shards.flatMap(({ primary, replica }) => [primary, replica]);
    const each = await Promise.all(
      all.map(async ({ port }) => `port ${port}\n${await this.sql(port, text)}`),
    );
    return each.join('');
  }

  end() {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end() {
    if (this.#router && this.#router.exitCode === null && this.#router.signalCode === null) {
      const ended = once(this.#router, 'exit');
      this.#router.kill();
      const timer = setTimeout(() => this.#router.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
    await this.cluster.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Accounts of the tenants that are at home on a shard, and a table to copy to. */
const tables = (shard) => `
  CREATE TABLE accounts (tenant_id int, id int, balance bigint NOT NULL, PRIMARY KEY (tenant_id, id));
  INSERT INTO accounts SELECT tenant, id, ${balance} FROM generate_series(0, ${tenants - 1}) tenant,
    generate_series(1, ${accounts}) id WHERE tenant % 2 = ${shard};
  CREATE TABLE counters (tenant_id int PRIMARY KEY, n bigint NOT NULL);
  INSERT INTO counters SELECT tenant, 0 FROM generate_series(0, ${tenants - 1}) tenant WHERE tenant % 2 = ${shard};
  CREATE TABLE copied (run text, n int);`;
