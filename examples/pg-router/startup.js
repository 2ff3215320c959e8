/** The first messages of a connection: wishes for encryption, a cancel request, or the start of a session. */
import { createSecureContext, TLSSocket } from 'node:tls';
import { chunksOf } from './chunks.js';
import { Cutter, int32 } from './messages.js';
import { Refusal, violation } from './refusal.js';

/** As PostgreSQL's own limit. */
const longest = 10_000;
const codes = { cancel: 80877102, tls: 80877103, gss: 80877104 };

/**
 * @typedef {object} Start
 * @property {import('node:net').Socket} socket the connection, or TLS on it; paused
 * @property {Buffer} [cancel] of a cancel request: process and secret
 * @property {Buffer} [startup] the whole message otherwise
 * @property {Record<string, string>} [parameters] of it: user, database, …
 * @property {Buffer} rest what came behind it
 */

/**
 * @param {{ cert: Buffer, key: Buffer } | undefined} tls
 * @returns {Promise<Start | undefined>} undefined: the client went @throws Refusal
 */
export async function readStart(socket, tls) {
  const cutter = new Cutter(longest, false);
  let wantsTls = false;
  for await (const chunk of chunksOf(socket)) {
    cutter.push(chunk);
    for (let whole = next(cutter); whole; whole = next(cutter)) {
      if (whole.length < 8) throw violation('the first message is too short');
      const code = int32(whole, 4);
      if (code === codes.gss || (code === codes.tls && (!tls || socket.encrypted))) {
        socket.write('N');
      } else if (code === codes.tls) {
        // What came in the clear behind the wish must not pass for encrypted.
        if (cutter.rest().length > 0) throw violation('received unencrypted data after the TLS request');
        wantsTls = true;
        break;
      } else if (code === codes.cancel) {
        return { socket, cancel: whole.subarray(8), rest: cutter.rest() };
      } else {
        return {
          socket,
          startup: whole,
          parameters: parametersOf(whole, code),
          rest: cutter.rest(),
        };
      }
    }
    if (wantsTls) break;
  }
  if (!wantsTls || socket.destroyed) return undefined;
  socket.write('S');
  return readStart(encrypted(socket, tls), tls);
}

function next(cutter) {
  try {
    return cutter.next();
  } catch (error) {
    throw violation(`invalid startup: ${error.message}`);
  }
}

function encrypted(socket, tls) {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) });
  secure.on('error', () => socket.destroy());
  return secure;
}

function parametersOf(whole, code) {
  const major = code >>> 16;
  if (major !== 3) {
    throw new Refusal(
      '0A000',
      `unsupported frontend protocol ${major}.${code & 0xffff}: the router speaks 3`,
      { fatal: true },
    );
  }
  const texts = whole.utf8Slice(8, whole.length).split('\0');
  const parameters = {};
  for (let at = 0; at + 1 < texts.length && texts[at] !== ''; at += 2) parameters[texts[at]] = texts[at + 1];
  if (whole[whole.length - 1] !== 0) throw violation('invalid startup: it does not end in a NUL');
  if (!parameters.user)
    throw new Refusal('28000', 'no PostgreSQL user name specified in startup packet', { fatal: true });
  if (parameters.replication && !/^(0|false|off|no)$/i.test(parameters.replication)) {
    throw new Refusal('0A000', 'replication connections do not go through the router', { fatal: true });
  }
  return parameters;
}
