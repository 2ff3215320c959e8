/** The servers: which of them answer, and which of a shard's is asked. */
import { ServerError } from './refusal.js';

/** A server that failed is left alone for so long, ms; twice as long after each further failure. */
const firstPause = 250;
/** Nothing takes a primary's place, so it is tried again sooner. */
const longestPause = { primary: 1_000, replica: 30_000 };

export class Server {
  #failures = 0;
  #until = 0;

  /** @param {number} shard @param {'primary' | 'replica'} role */
  constructor(shard, role, { host, port }) {
    this.shard = shard;
    this.role = role;
    this.host = host;
    this.port = port;
    this.name = `shard ${shard}'s ${role} ${host}:${port}`;
  }

  /** Whether it may be asked: it answered the last time, or has had its pause. */
  get isUp() {
    return this.#failures === 0 || performance.now() >= this.#until;
  }

  worked() {
    this.#failures = 0;
  }

  failed() {
    const pause = Math.min(firstPause * 2 ** this.#failures++, longestPause[this.role]);
    this.#until = performance.now() + pause;
  }
}

export class Shards {
  #turn = 0;

  /** @param {import('./config.js').Config['shards']} shards */
  constructor(shards) {
    this.list = shards.map(({ primary, replicas }, shard) => ({
      primary: new Server(shard, 'primary', primary),
      replicas: replicas.map((replica) => new Server(shard, 'replica', replica)),
    }));
    this.count = this.list.length;
    this.hasReplicas = shards.some(({ replicas }) => replicas.length > 0);
  }

  /**
   * The servers of a shard that may answer, the best first. For a read: replicas in turn, those that are up, then the
   * primary. All else is the primary's.
   * @returns {Server[]}
   */
  candidates(shard, isRead) {
    const { primary, replicas } = this.list[shard];
    if (!isRead) return [primary];
    const up = replicas.filter((replica) => replica.isUp);
    const first = up.length > 1 ? this.#turn++ % up.length : 0;
    return [...up.slice(first), ...up.slice(0, first), primary];
  }

  /** For the first login: every primary, then every replica, those that are up before the others. */
  forLogin(first) {
    const shards = [...this.list.slice(first), ...this.list.slice(0, first)];
    const all = [...shards.map(({ primary }) => primary), ...shards.flatMap(({ replicas }) => replicas)];
    return [...all.filter((server) => server.isUp), ...all.filter((server) => !server.isUp)];
  }
}

/** Whether an error of a login is about the server, so that another may do: not about user, password or database. */
export function isServersFault(error) {
  return isDown(error) || /^53/.test(error.sqlstate);
}

/** Whether it says that the server is down: not one that is full, since a user or a database may have a limit of its own. */
export function isDown(error) {
  return !(error instanceof ServerError) || /^57P0/.test(error.sqlstate);
}
