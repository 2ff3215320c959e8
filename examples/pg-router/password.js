/** Answers what a server asks when it wants a password: in the clear, as md5, or by SCRAM-SHA-256 (RFC 5802). */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { front, int32, message } from './messages.js';
import { Refusal } from './refusal.js';

const derive = promisify(pbkdf2);
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const md5 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');
/** A server that asks for more rounds wants to keep the router busy. */
const mostRounds = 1_000_000;

export const ask = { ok: 0, clear: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 };
/** What an Authentication message asks for. */
export const askOf = (whole) => int32(whole, 5);

const methods = { [ask.clear]: 'a password', [ask.md5]: 'an md5 password', [ask.sasl]: 'a SCRAM password' };

export class PasswordAnswers {
  #scram;

  /** @param {string} user @param {string | undefined} password @param {{ name: string }} server */
  constructor(user, password, server) {
    this.user = user;
    this.password = password;
    this.server = server;
  }

  /** @returns {Promise<Buffer | undefined>} what to send; undefined: nothing @throws Refusal */
  async answer(whole) {
    const asked = askOf(whole);
    const body = whole.subarray(9);
    if (asked === ask.ok) return undefined;
    if (asked === ask.saslContinue) return this.#proof(body.toString());
    if (asked === ask.saslFinal) return this.#check(body.toString());
    const method = methods[asked];
    if (!method)
      throw new Refusal(
        '28000',
        `${this.server.name} asks for authentication ${asked}, which the router hasn't`,
      );
    if (this.password === undefined) throw this.#none(method);
    if (asked === ask.clear) return message(front.password, this.password);
    if (asked === ask.md5)
      return message(front.password, `md5${md5(md5(this.password, this.user), body.subarray(0, 4))}`);
    return this.#begin(body.toString());
  }

  #none(method) {
    const { user, server } = this;
    return new Refusal(
      '28000',
      `${server.name} asks for ${method} of user "${user}", which the router doesn't have`,
      {
        detail:
          'The client proved its password to one server, which tells the router nothing that another would take.',
        hint: `Add the user with its password to [[users]] of the router's configuration, or trust the router's address.`,
      },
    );
  }

  #begin(mechanisms) {
    if (!mechanisms.split('\0').includes('SCRAM-SHA-256')) {
      throw new Refusal(
        '28000',
        `${this.server.name} offers none of the SASL mechanisms that the router has`,
      );
    }
    const first = `n=,r=${randomBytes(18).toString('base64')}`;
    this.#scram = { first };
    const text = Buffer.from(`n,,${first}`);
    const size = Buffer.alloc(4);
    size.writeInt32BE(text.length);
    return message(front.password, 'SCRAM-SHA-256', size, text);
  }

  async #proof(said) {
    const { first } = this.#scram ?? {};
    const [, nonce, salt, rounds] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(said) ?? [];
    if (!first || !nonce?.startsWith(first.slice(5)) || Number(rounds) > mostRounds) throw this.#wrong();
    // As PostgreSQL does it, without SASLprep for what is not ASCII: such a password is taken as it is.
    const salted = await derive(this.password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
    const last = `c=biws,r=${nonce}`;
    const whole = `${first},${said},${last}`;
    const key = hmac(salted, 'Client Key');
    const signature = hmac(sha256(key), whole);
    this.#scram.expected = hmac(hmac(salted, 'Server Key'), whole);
    const proof = key.map((byte, index) => byte ^ signature[index]).toString('base64');
    return message(front.password, Buffer.from(`${last},p=${proof}`));
  }

  #check(said) {
    const [, given = ''] = /^v=([^,]+)/.exec(said) ?? [];
    const signature = Buffer.from(given, 'base64');
    const { expected } = this.#scram ?? {};
    if (!expected || signature.length !== 32 || !timingSafeEqual(signature, expected)) throw this.#wrong();
    return undefined;
  }

  #wrong() {
    return new Refusal(
      '28000',
      `${this.server.name} failed to prove that it knows the password of "${this.user}"`,
    );
  }
}
