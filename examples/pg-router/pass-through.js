/** A session's login: the client proves to a server who it is, and the router passes the words on. */
import { back, Cutter, front, saysUtf8 } from './messages.js';
import { ask, askOf } from './password.js';
import { Refusal, violation } from './refusal.js';

/** As PostgreSQL's own limit. */
const longestAnswer = 65_535;

/**
 * @param {import('./session.js').Session} session
 * @param {Buffer} rest what came behind the startup message
 * @returns {Promise<Buffer>} what came behind the login
 * @throws Refusal
 */
export async function passThrough(session, rest) {
  const { credentials } = session.traffic.connections;
  const answers = new Answers(session.socket, rest);
  const client = {
    wasAsked: false,
    send(whole) {
      if (whole[0] === back.parameterStatus) session.begins(saysUtf8(whole, 0, whole.length));
      session.socket.write(whole);
    },
    async ask(whole) {
      const asked = askOf(whole);
      if (asked === ask.saslFinal) return undefined;
      client.wasAsked = true;
      const answer = await answers.next();
      // A password in the clear serves for the other servers too.
      if (asked === ask.clear) credentials.password ??= answer.toString('utf8', 5, answer.length - 1);
      return answer;
    },
  };
  try {
    await session.traffic.connections.first(client);
  } catch (error) {
    // As a server ends a login that fails.
    if (error instanceof Refusal) error.more.fatal = true;
    throw error;
  } finally {
    answers.close();
  }
  return answers.rest();
}

/**
 * What the client says while it logs in. A server gets one message for each that it asks for, and it must be a
 * password: whatever stands behind it is a statement, which the plugins are asked about first.
 */
class Answers {
  #cutter = new Cutter(longestAnswer);
  #asked;

  constructor(socket, rest) {
    this.socket = socket;
    this.#cutter.push(rest);
    socket.on('data', this.#onData).on('close', this.#onClose);
  }

  /** @returns {Promise<Buffer>} @throws Refusal */
  next() {
    return new Promise((done, failed) => {
      this.#asked = { done, failed };
      if (this.socket.destroyed) this.#onClose();
      else this.#read();
    });
  }

  rest() {
    return this.#cutter.rest();
  }

  close() {
    this.socket.off('data', this.#onData).off('close', this.#onClose);
  }

  #onData = (chunk) => {
    this.socket.pause();
    this.#cutter.push(chunk);
    this.#read();
  };

  #onClose = () => this.#asked?.failed(violation('the client went'));

  #read() {
    const { done, failed } = this.#asked ?? {};
    if (!done) return;
    try {
      const whole = this.#cutter.next();
      if (!whole) return void this.socket.resume();
      if (whole[0] !== front.password) throw violation(`expected a password, got message type ${whole[0]}`);
      this.#asked = undefined;
      done(whole);
    } catch (error) {
      failed(error instanceof Refusal ? error : violation(`invalid password message: ${error.message}`));
    }
  }
}
