/** Opens a connection to a server and logs in: by itself, or with the client's own answers passed through. */
import { connect } from 'node:net';
import { chunksOf } from './chunks.js';
import { back, Cutter, errorFields } from './messages.js';
import { ask, askOf, PasswordAnswers } from './password.js';
import { lost, ServerError, unreachable } from './refusal.js';

/** What needs no answer. */
const isToldOnly = [ask.ok];
/** A server's messages before it is ready are short. */
const longest = 1 << 20;

/**
 * @typedef {object} Client whose login is passed through
 * @property {(whole: Buffer) => void} send to the client
 * @property {(whole: Buffer) => Promise<Buffer>} ask for the answer to what the server asked; throws Refusal
 *
 * @typedef {object} Opened
 * @property {import('node:net').Socket} socket paused
 * @property {Buffer} key the body of BackendKeyData, with which a statement is cancelled
 * @property {Buffer} rest what came after the login
 */

/**
 * @param {import('./shards.js').Server} server
 * @param {{ startup: Buffer, user: string, password?: string, limit: number, client?: Client }} how `limit` in ms
 * @returns {Promise<Opened>}
 * @throws Refusal; a ServerError is the server's own, and the client hasn't seen it
 */
export async function login(server, { startup, user, password, limit, client }) {
  const socket = connect({ host: server.host, port: server.port, noDelay: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    socket.destroy();
  }, limit);
  let key = Buffer.alloc(0);
  const answers = new PasswordAnswers(user, password, server);
  const cutter = new Cutter(longest);
  try {
    await new Promise((done, failed) => socket.once('connect', done).once('error', failed));
    socket.write(startup);
    for await (const chunk of chunksOf(socket)) {
      cutter.push(chunk);
      for (let whole = cutter.next(); whole; whole = cutter.next()) {
        const type = whole[0];
        if (type === back.ready) return { socket, key, rest: cutter.rest() };
        if (type === back.error) {
          throw new ServerError(errorFields(whole, 0, whole.length), client ? '' : `${server.name}: `);
        }
        if (type === back.keyData) key = whole.subarray(5);
        else client?.send(whole);
        if (type !== back.authentication || isToldOnly.includes(askOf(whole))) continue;
        const answer = await (client ? client.ask(whole) : answers.answer(whole));
        if (answer) socket.write(answer);
      }
    }
    throw late ? unreachable(server, `no login within ${limit} ms`) : lost(server);
  } catch (error) {
    socket.destroy();
    if (late || error.code) throw unreachable(server, late ? `no login within ${limit} ms` : error.code);
    if (error instanceof RangeError) throw unreachable(server, error.message);
    throw error;
  } finally {
    clearTimeout(timer);
    socket.on('error', () => {}); // heard as its close
  }
}
