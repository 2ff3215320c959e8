/** Real servers, a router in front of them, and clients. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Host, type LogLine } from '../../../src/index.js';
import { missingTools } from '../../rust/cargo.js';
import { build } from '../../support/plugins/build.js';

const example = resolve('examples/pg-router');
/** What TypeScript doesn't look into: the example is plain JavaScript, and the clients are no types of ours. */
const load = async <T>(specifier: string): Promise<T> => (await import(specifier)) as T;
export const fromExample = <T>(file: string): Promise<T> => load<T>(pathToFileURL(join(example, file)).href);

interface Binaries {
  folder: string;
  env: Record<string, string>;
}
export interface Server {
  port: number;
  folder: string;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
export interface Cluster {
  binaries: Binaries;
  root: string;
  env: NodeJS.ProcessEnv;
  shards: { primary: Server; replica: Server }[];
  start(count: number, port: number): Promise<void>;
  stop(): Promise<void>;
}
interface Router {
  size: number;
  shards: { list: { primary: { isUp: boolean } }[] };
  listen(address: { host: string; port: number }): Promise<{ host: string; port: number }>;
  close(): Promise<void>;
}

const { findPostgres } = await fromExample<{ findPostgres: () => Binaries | undefined }>(
  'servers/binaries.js',
);

/** What this machine lacks for these tests. */
export const missing = [
  ...(process.platform === 'linux' ? missingTools('cc') : ['Linux']),
  ...(findPostgres() ? [] : ['PostgreSQL']),
];

/** Two shards on ports that nobody else has, filled. */
export async function startCluster(): Promise<Cluster> {
  const { Cluster } = await fromExample<{ Cluster: new (binaries: Binaries) => Cluster }>(
    'servers/cluster.js',
  );
  const { fill } = await fromExample<{ fill: (cluster: Cluster) => Promise<void> }>('servers/tables.js');
  const cluster = new Cluster(findPostgres() as Binaries);
  try {
    await cluster.start(2, await freePorts());
    await fill(cluster);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/** The first of twelve ports in a row that are free now. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 1_000) * 12;
    const ports = Array.from({ length: 12 }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

export interface Routed {
  port: number;
  router: Router;
  host: Host;
  /** What the plugin told. */
  lines: string[];
  close(): Promise<void>;
}

/** A router with the chooser as its only plugin. */
export async function startRouter(
  cluster: Cluster,
  {
    router = {},
    users = [],
    parser = 'pg_query',
  }: {
    router?: object;
    users?: { name: string; password: string }[];
    parser?: 'none' | 'pg_query';
  } = {},
): Promise<Routed> {
  const { Router } = await fromExample<{ Router: new (...parts: unknown[]) => Router }>('router.js');
  const lines: string[] = [];
  const host = await Host.open({
    plugins: [{ name: build('../../examples/pg-router/chooser.c'), required: true }],
    parser,
    routing: { shards: cluster.shards.length, hasReplicas: true },
    severity: 'info',
    log: ({ message }: LogLine) => lines.push(message),
  });
  const at = ({ port }: Server) => ({ host: '127.0.0.1', port });
  const config = {
    router: {
      undecided: 0,
      read_own_writes_ms: 0,
      max_clients: 500,
      max_message_bytes: 64 << 20,
      login_ms: 10_000,
      ...router,
    },
    shards: cluster.shards.map(({ primary, replica }) => ({ primary: at(primary), replicas: [at(replica)] })),
    users,
  };
  const server = new Router(host, config);
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const close = async () => {
    await server.close();
    await host.close();
  };
  return { port, router: server, host, lines, close };
}

export interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs psql with one `-c` for each statement, all in one session. It goes on after errors. */
export function psql(cluster: Cluster, port: number, ...statements: string[]): Promise<Printed> {
  return program(cluster, 'psql', [
    ...['-XAtq', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres'],
    ...statements.flatMap((statement) => ['-c', statement]),
  ]);
}

export function program(
  { binaries, env }: Cluster,
  name: string,
  args: string[],
  { more = {}, input = '' }: { more?: Record<string, string>; input?: string } = {},
): Promise<Printed> {
  return new Promise((done) => {
    const options = { env: { ...env, ...more }, maxBuffer: 1 << 28, encoding: 'utf8' as const };
    const child = execFile(join(binaries.folder, name), args, options, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
    // It may have ended before it read any.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** npm's pg, as far as it is used here. */
export interface Client {
  connect(): Promise<void>;
  query(
    query: unknown,
    values?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; command: string; rowCount: number }>;
  end(): Promise<void>;
  on(event: string, listener: (...args: unknown[]) => void): void;
}
export type ClientClass = new (options: object) => Client;

/** The clients, or undefined where they aren't installed. */
export async function loadPg(): Promise<ClientClass | undefined> {
  const name = 'pg';
  return load<{ default: { Client: ClientClass } }>(name).then(
    ({ default: pg }) => pg.Client,
    () => undefined,
  );
}

export async function connected(Client: ClientClass, port: number, options: object = {}): Promise<Client> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', ...options });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** What an error of a server says, for a test that compares it. */
export async function failure(promise: Promise<unknown>): Promise<{ code?: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, message };
  }
  return { message: 'it did not fail' };
}
