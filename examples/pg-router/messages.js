/** PostgreSQL's messages, version 3: a type byte, then the length of what follows with itself, in network byte order. */

/** From the client. */
export const front = {
  bind: 0x42, // B
  close: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  describe: 0x44, // D
  execute: 0x45, // E
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  password: 0x70, // p, and the rest of authentication
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
};

/** From the server. */
export const back = {
  authentication: 0x52, // R
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  commandComplete: 0x43, // C
  copyData: 0x64, // d
  copyIn: 0x47, // G
  dataRow: 0x44, // D
  emptyQuery: 0x49, // I
  error: 0x45, // E
  keyData: 0x4b, // K
  noData: 0x6e, // n
  notice: 0x4e, // N
  notification: 0x41, // A
  parameterDescription: 0x74, // t
  parameterStatus: 0x53, // S
  parseComplete: 0x31, // 1
  portalSuspended: 0x73, // s
  ready: 0x5a, // Z
  rowDescription: 0x54, // T
};

/** As `readInt32BE`, which checks more than is needed here. */
export function int32(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** @param {number} type @param {...(string | Buffer)} parts strings end in a NUL */
export function message(type, ...parts) {
  const body = parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part));
  const size = body.reduce((sum, { length }) => sum + length, 4);
  const head = Buffer.alloc(5);
  head[0] = type;
  head.writeInt32BE(size, 1);
  return Buffer.concat([head, ...body]);
}

/** @param {string} status I: idle, T: in a transaction, E: in one that failed */
export const ready = (status) => message(back.ready, Buffer.from(status));
export const complete = (tag) => message(back.commandComplete, tag);
export const query = (sql) => message(front.query, sql);
export const terminate = message(front.terminate);
export const sync = message(front.sync);
export const parseComplete = message(back.parseComplete);
export const bindComplete = message(back.bindComplete);
export const closeComplete = message(back.closeComplete);
export const noData = message(back.noData);
export const noParameters = message(back.parameterDescription, Buffer.alloc(2));

/** Closes a prepared statement. @param {string} name byte by byte: in latin1 */
export const closeStatement = (name) => message(front.close, Buffer.from(`S${name}\0`, 'latin1'));

/** @param {Record<string, string | undefined>} fields by their letters: S severity, C SQLSTATE, M message, … */
export function errorResponse({ S = 'ERROR', ...fields }) {
  const said = Object.entries({ S, V: S, ...fields }).filter(([, text]) => text);
  return message(
    back.error,
    ...said.map(([letter, text]) => `${letter}${text.replaceAll('\0', ' ')}`),
    Buffer.alloc(1),
  );
}

/** The fields of an ErrorResponse, whole, that begins at `at`. */
export function errorFields(bytes, at, next) {
  const fields = {};
  for (const text of bytes.utf8Slice(at + 5, next).split('\0')) {
    if (text) fields[text[0]] = text.slice(1);
  }
  return fields;
}

const encodings = /^client_encoding\0(.*)\0$/s;

/** What a ParameterStatus says of the client's encoding: whether it is UTF-8; undefined: nothing. */
export function saysUtf8(bytes, at, next) {
  const [, encoding] = encodings.exec(bytes.latin1Slice(at + 5, next)) ?? [];
  return encoding === undefined ? undefined : /^(utf8|unicode|sql_ascii)$/i.test(encoding);
}

/** Cuts what arrives in chunks into whole messages, for where speed is no matter. */
export class Cutter {
  #kept = Buffer.alloc(0);

  /** @param {number} most how long a message may be @param {boolean} typed false: messages have no type byte */
  constructor(most, typed = true) {
    this.most = most;
    this.start = typed ? 1 : 0;
  }

  push(chunk) {
    this.#kept = Buffer.concat([this.#kept, chunk]);
  }

  /** The next message; undefined when it isn't there yet. @throws RangeError when its length can't be right */
  next() {
    if (this.#kept.length < this.start + 4) return undefined;
    const length = int32(this.#kept, this.start);
    if (length < 4 || length > this.most) throw new RangeError(`${length} is not a valid message length`);
    const size = this.start + length;
    if (this.#kept.length < size) return undefined;
    const whole = this.#kept.subarray(0, size);
    this.#kept = this.#kept.subarray(size);
    return whole;
  }

  /** What came behind the last message. */
  rest() {
    const kept = this.#kept;
    this.#kept = Buffer.alloc(0);
    return kept;
  }
}
