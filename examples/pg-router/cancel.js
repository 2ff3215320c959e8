/** Cancel requests: a client names its session by a key of the router's; the servers know theirs. */
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { back, message } from './messages.js';

const code = 80877102;

export class Cancels {
  #sessions = new Map();
  #next = 1;

  /** @returns {{ key: string, message: Buffer }} BackendKeyData for the session's client */
  add(session) {
    const body = Buffer.alloc(8);
    body.writeInt32BE(this.#next);
    this.#next = this.#next === 0x7fffffff ? 1 : this.#next + 1;
    body.writeUInt32BE(randomInt(2 ** 32), 4);
    const key = body.toString('latin1');
    this.#sessions.set(key, session);
    return { key, message: message(back.keyData, body) };
  }

  remove(key) {
    this.#sessions.delete(key);
  }

  /** @param {Buffer} body of the request; a wrong one is ignored, as PostgreSQL does */
  async request(body) {
    const session = this.#sessions.get(body.toString('latin1'));
    if (session) await Promise.all(session.traffic.connections.busy().map(cancel));
  }
}

/** Asks the server to end what the connection does; resolves when it has heard it. */
export function cancel({ server, key }) {
  return new Promise((done) => {
    const head = Buffer.alloc(8);
    head.writeInt32BE(8 + key.length);
    head.writeInt32BE(code, 4);
    const socket = connect({ host: server.host, port: server.port });
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('error', () => {}).on('close', done);
    // The server closes when it has passed the request on.
    socket.on('connect', () => socket.write(Buffer.concat([head, key]))).resume();
  });
}
