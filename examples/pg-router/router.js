/** The server that clients connect to. */
import { createServer } from 'node:net';
import { Cancels } from './cancel.js';
import { ready } from './messages.js';
import { passThrough } from './pass-through.js';
import { Places } from './places.js';
import { Refusal } from './refusal.js';
import { Session } from './session.js';
import { Shards } from './shards.js';
import { readStart } from './startup.js';
import { Texts } from './statement.js';

export class Router {
  #server;
  #sockets = new Set();
  /** @type {Map<Session, string>} and the keys of their cancel requests */
  #sessions = new Map();
  #cancels = new Cancels();

  /**
   * @param {import('mortise').Host} host decides; the caller closes it, after the router
   * @param {import('./config.js').Config} config
   * @param {{ report?: (error: unknown) => void }} parts `report` hears of what should not happen
   */
  constructor(host, { router, shards, users }, { report = console.error } = {}) {
    this.host = host;
    this.config = router;
    this.users = users;
    this.shards = new Shards(shards);
    this.places = new Places(host, router, this.shards);
    this.texts = new Texts(host);
    this.report = report;
    this.#server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) =>
      this.#onConnection(socket),
    );
  }

  /** @returns {Promise<{ host: string, port: number }>} where it listens */
  listen({ host, port } = this.config.listen) {
    return new Promise((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(port, host, () => {
        const { address, port: own } = this.#server.address();
        done({ host: address, port: own });
      });
    });
  }

  /** How many clients there are. */
  get size() {
    return this.#sessions.size;
  }

  async #onConnection(socket) {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    const timer = setTimeout(() => socket.destroy(), this.config.login_ms);
    let client = socket;
    try {
      const start = await readStart(socket, this.config.tls);
      if (!start) return void socket.destroy();
      client = start.socket;
      if (start.cancel) {
        await this.#cancels.request(start.cancel);
        socket.end();
      } else await this.#serve(start);
    } catch (error) {
      if (error instanceof Refusal) client.end(error.response());
      else {
        socket.destroy();
        if (!error.code) this.report(error); // with one, the client's connection failed
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #serve({ socket, startup, parameters, rest }) {
    if (this.#sessions.size >= this.config.max_clients)
      throw new Refusal('53300', 'sorry, too many clients already', { fatal: true });
    if (socket.destroyed) return; // its close was heard already
    const { user } = parameters;
    const password = this.users.find(({ name }) => name === user)?.password;
    const session = new Session(this, socket, { startup, user, password });
    const { key, message } = this.#cancels.add(session);
    this.#sessions.set(session, key);
    try {
      const left = await passThrough(session, rest);
      session.reply(Buffer.concat([message, ready('I')]));
      session.input.start(left);
    } catch (error) {
      session.abandon();
      throw error;
    }
  }

  /** What a session says of its end. */
  ended(session) {
    const key = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (key) this.#cancels.remove(key);
  }

  /** Ends every session. */
  async close() {
    const closed = new Promise((done) => this.#server.close(done));
    const word = new Refusal('57P01', 'terminating connection: the router is being stopped', { fatal: true });
    for (const session of [...this.#sessions.keys()]) session.end(word);
    setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, 1_000).unref();
    await closed;
  }
}
