/** A session's connections to servers. Each session has its own, and opens one when a statement first needs it. */
import { Backend } from './backend.js';
import { cancel } from './cancel.js';
import { login } from './login.js';
import { unreachable } from './refusal.js';
import { isDown, isServersFault } from './shards.js';

export class Connections {
  /** @type {Map<import('./shards.js').Server, Backend>} */
  #byServer = new Map();
  /** By shard: `[0]` for writes, `[1]` for reads. @type {(Backend | undefined)[][]} */
  #chosen;
  /** To every shard, for writes and for reads. @type {(Backend[] | undefined)[]} */
  #everywhere = [];
  #isClosed = false;

  /**
   * @param {import('./router.js').Router} router
   * @param {{ startup: Buffer, user: string, password?: string }} credentials
   * @param {object} owner of its backends
   */
  constructor(router, credentials, owner) {
    this.router = router;
    this.credentials = credentials;
    this.owner = owner;
    this.#chosen = router.shards.list.map(() => []);
  }

  [Symbol.iterator]() {
    return this.#byServer.values();
  }

  /** What is open already. @returns {Backend[] | undefined} */
  known(shard, isRead) {
    const which = isRead ? 1 : 0;
    if (shard === 'all') return this.#everywhere[which];
    const backend = this.#chosen[shard][which];
    if (!backend) return undefined;
    // A replica that came back takes the reads over from the primary.
    if (isRead && backend.server.role === 'primary' && this.#hasReplica(shard)) return undefined;
    return backend.alone;
  }

  #hasReplica(shard) {
    return this.router.shards.list[shard].replicas.some(({ isUp }) => isUp);
  }

  /** @returns {Promise<Backend[]>} @throws Refusal */
  async open(shard, isRead) {
    const known = this.known(shard, isRead);
    if (known) return known;
    if (shard !== 'all') return (await this.#open(shard, isRead)).alone;
    const backends = [];
    for (let one = 0; one < this.router.shards.count; one++) backends.push(...(await this.open(one, isRead)));
    if (backends.every(({ isOpen }) => isOpen)) this.#everywhere[isRead ? 1 : 0] = backends;
    return backends;
  }

  async #open(shard, isRead) {
    let refusal;
    for (const server of this.router.shards.candidates(shard, isRead)) {
      const backend = this.#byServer.get(server);
      if (!backend && !server.isUp) {
        refusal = unreachable(server, 'it failed a moment ago');
        continue;
      }
      try {
        const opened = backend ?? (await this.#login(server));
        this.#chosen[shard][isRead ? 1 : 0] = opened;
        return opened;
      } catch (error) {
        if (!isServersFault(error)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** The first: with the client's own answers. @throws Refusal */
  async first(client) {
    let refusal;
    for (const server of this.router.shards.forLogin(this.router.places.home)) {
      try {
        return await this.#login(server, client);
      } catch (error) {
        // Once the client was asked for its password, another server can't ask it again.
        if (!isServersFault(error) || client.wasAsked) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  async #login(server, client) {
    const { config } = this.router;
    try {
      const opened = await login(server, { ...this.credentials, limit: config.login_ms, client });
      server.worked();
      if (this.#isClosed) {
        opened.socket.destroy();
        throw unreachable(server, 'the session ended');
      }
      const backend = new Backend(server, opened, this.owner);
      this.#byServer.set(server, backend);
      return backend;
    } catch (error) {
      // What becomes of a login once the client was asked may be the client's doing.
      if (isDown(error) && !this.#isClosed && !client?.wasAsked) server.failed();
      throw error;
    }
  }

  /** It went. Not so its server: clients may end their own connections. The next login tells. */
  remove(backend) {
    this.#byServer.delete(backend.server);
    for (const chosen of this.#chosen) {
      for (const which of [0, 1]) if (chosen[which] === backend) chosen[which] = undefined;
    }
    this.#everywhere = [];
  }

  /** Those with statements under way. */
  busy() {
    return [...this].filter(({ units }) => units.length > 0);
  }

  /** What the client will never read is not worth a server's time. */
  close() {
    this.#isClosed = true;
    for (const backend of this) {
      if (backend.units.length > 0) cancel(backend);
      backend.end();
    }
  }
}
