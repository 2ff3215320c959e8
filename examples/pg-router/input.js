/** Cuts what a client sends into messages, which are read one after another: the next may have to wait for the last. */
import { front, int32 } from './messages.js';
import { violation } from './refusal.js';

const nothing = Buffer.alloc(0);

export class Input {
  /** From `#at` on it is not read yet. */
  #bytes = nothing;
  #at = 0;
  /** Bytes that must come before more can be read, and those of them that came. */
  #missing = 0;
  #chunks = [];
  /** Bytes of a row of COPY that are passed on as they come. */
  #passing = 0;
  /** Whether the beginning of that row was passed on. */
  #isRest = false;
  #holds = new Set();
  #isClosed = false;

  /**
   * @param {import('node:net').Socket} socket
   * @param {number} longest a message, in bytes; rows of COPY aside
   * @param {object} reader has `message(type, chunk, at, next)`, which returns a promise when the next message must
   *   wait, `pass(chunk, at, next, isRest)` for parts of rows of COPY, `flush()` when no more is here, and `end(refusal)`
   */
  constructor(socket, longest, reader) {
    this.socket = socket;
    this.longest = longest;
    this.reader = reader;
  }

  /** @param {Buffer} rest what came before */
  start(rest) {
    this.socket.on('data', (chunk) => this.#onData(chunk));
    if (rest.length > 0) this.#onData(rest);
    this.hold('', false);
  }

  close() {
    this.#isClosed = true;
  }

  /** Reads no more, for a reason; goes on when there is none. */
  hold(reason, holds) {
    if (holds) this.#holds.add(reason);
    else this.#holds.delete(reason);
    if (this.#holds.size > 0) this.socket.pause();
    else this.socket.resume();
  }

  #onData(chunk) {
    if (this.#missing > 0) {
      this.#chunks.push(chunk);
      this.#missing -= chunk.length;
      if (this.#missing > 0) return;
      this.#bytes = Buffer.concat([this.#bytes, ...this.#chunks.splice(0)]);
    } else {
      this.#bytes =
        this.#at < this.#bytes.length ? Buffer.concat([this.#bytes.subarray(this.#at), chunk]) : chunk;
      this.#at = 0;
    }
    this.#missing = 0;
    this.#read();
  }

  #read() {
    const bytes = this.#bytes;
    while (!this.#isClosed && !this.#holds.has('message')) {
      if (this.#passing > 0) this.#pass();
      const at = this.#at;
      const left = bytes.length - at;
      if (left < 5) {
        if (left > 0) this.#want(5 - left);
        break;
      }
      const type = bytes[at];
      const size = 1 + int32(bytes, at + 1);
      if (size < 5 || (size > this.longest && type !== front.copyData)) {
        this.reader.end(violation(`invalid message length ${size - 1}`));
        return;
      }
      if (size > left) {
        if (type !== front.copyData) {
          this.#want(size - left);
          break;
        }
        this.#passing = size;
        this.#isRest = false;
        continue;
      }
      this.#at = at + size;
      const waiting = this.reader.message(type, bytes, at, at + size);
      if (waiting) this.#wait(waiting);
    }
    this.reader.flush();
  }

  #wait(waiting) {
    this.hold('message', true);
    waiting.then(() => {
      if (this.#isClosed) return;
      this.hold('message', false);
      this.#read();
    });
  }

  #pass() {
    const part = Math.min(this.#passing, this.#bytes.length - this.#at);
    this.reader.pass(this.#bytes, this.#at, this.#at + part, this.#isRest);
    this.#isRest = true;
    this.#passing -= part;
    this.#at += part;
  }

  #want(missing) {
    this.#bytes = this.#bytes.subarray(this.#at);
    this.#at = 0;
    this.#missing = missing;
  }
}
