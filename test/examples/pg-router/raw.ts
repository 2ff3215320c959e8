/** A client that sends just what a test wants, byte by byte. */
import { connect, type Socket } from 'node:net';
import { fromExample } from './parts.js';

interface Cutter {
  push(chunk: Buffer): void;
  next(): Buffer | undefined;
}
const { Cutter, message, query } = await fromExample<{
  Cutter: new (most: number) => Cutter;
  message: (type: number, ...parts: (string | Buffer)[]) => Buffer;
  query: (sql: string) => Buffer;
}>('messages.js');

export { query };
export const typed = (letter: string, ...parts: (string | Buffer)[]) =>
  message(letter.charCodeAt(0), ...parts);
export const int16 = (...numbers: number[]) =>
  Buffer.concat(numbers.map((n) => Buffer.from([n >> 8, n & 255])));
export const int32 = (...numbers: number[]) =>
  Buffer.concat(numbers.map((n) => Buffer.from([n >> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255])));
export const parse = (name: string, sql: string, ...types: number[]) =>
  typed('P', name, sql, int16(types.length), int32(...types));
export const bind = (name: string, ...values: (string | null)[]) =>
  typed('B', '', name, int16(0), int16(values.length), Buffer.concat(values.map(value)), int16(0));
const value = (text: string | null) =>
  text === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(text)), Buffer.from(text)]);
export const execute = typed('E', '', int32(0));
export const sync = typed('S');
export const flush = typed('H');
export const describe = (name: string) => typed('D', Buffer.from(`S${name}\0`));
export const close = (name: string) => typed('C', Buffer.from(`S${name}\0`));

/** The first message of a connection. */
export function startup(
  parameters: Record<string, string> = { user: 'postgres', database: 'postgres' },
): Buffer {
  const body = Buffer.from(`${Object.entries(parameters).flat().join('\0')}\0\0`);
  return Buffer.concat([int32(8 + body.length, 196_608), body]);
}

export class Raw {
  readonly #cutter = new Cutter(1 << 26);
  readonly #messages: Buffer[] = [];
  #wake: (() => void) | undefined;
  isClosed = false;
  /** Of BackendKeyData. */
  key = Buffer.alloc(0);

  constructor(readonly socket: Socket) {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#cutter.push(chunk);
      for (let whole = this.#cutter.next(); whole; whole = this.#cutter.next()) this.#messages.push(whole);
      this.#wake?.();
    });
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake?.();
    });
  }

  /** Connected, and not yet logged in. */
  static async open(port: number): Promise<Raw> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((done) => socket.once('connect', done).once('error', done));
    return new Raw(socket);
  }

  static async login(port: number, parameters?: Record<string, string>): Promise<Raw> {
    const raw = await Raw.open(port);
    raw.send(startup(parameters));
    for (const whole of await raw.answers()) if (whole[0] === 0x4b) raw.key = Buffer.from(whole.subarray(5));
    return raw;
  }

  send(...parts: Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** The next message; undefined when the connection has ended. */
  async next(): Promise<Buffer | undefined> {
    while (this.#messages.length === 0 && !this.isClosed) {
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
    return this.#messages.shift();
  }

  /** All up to the `count`th ReadyForQuery, or the end. */
  async answers(count = 1): Promise<Buffer[]> {
    const all: Buffer[] = [];
    for (let ready = 0; ready < count; ) {
      const whole = await this.next();
      if (!whole) break;
      all.push(whole);
      if (whole[0] === 0x5a) ready++;
    }
    return all;
  }

  /** The same in short: `1 2 D:text C:tag E:code Z:I`. */
  async said(count = 1): Promise<string> {
    return (await this.answers(count)).map(shortly).join(' ');
  }

  async ended(): Promise<string> {
    const all: Buffer[] = [];
    for (let whole = await this.next(); whole; whole = await this.next()) all.push(whole);
    return all.map(shortly).join(' ');
  }

  end(): void {
    this.socket.destroy();
  }
}

export function shortly(whole: Buffer): string {
  const type = String.fromCharCode(whole[0] as number);
  const body = whole.subarray(5);
  if (type === 'Z') return `Z:${body.toString()}`;
  if (type === 'C') return `C:${body.toString('utf8', 0, body.length - 1)}`;
  if (type === 'E') return `E:${/(?:^|\0)C([0-9A-Z]{5})/.exec(body.toString())?.[1]}`;
  if (type === 'D') return `D:${row(body).join(',')}`;
  return type;
}

function row(body: Buffer): string[] {
  const values: string[] = [];
  for (let at = 2; at < body.length; ) {
    const length = body.readInt32BE(at);
    values.push(length < 0 ? 'null' : body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return values;
}
