/** What plugins are asked about, read out of the client's messages. Strings are made for nothing else. */
import { isUtf8 } from 'node:buffer';
import { int32 } from './messages.js';
import { Refusal } from './refusal.js';

// By its code, since a NUL in a regular expression is hard to see.
const outsideAscii = /[\0\u0080-\uffff]/;
/** So short, a parameter is cheaper as a string. */
const shortLength = 12;

const malformed = (what) => new Refusal('08P01', `the ${what} message is malformed`);

/** Thrown for a text that can be read once what is under way was answered: it may change the client's encoding. */
export const unsettled = Symbol('unsettled');

/**
 * @typedef {object} Encoding the client's
 * @property {boolean} isUtf8 false: one that the router can't read
 * @property {boolean} isSettled false: what is under way may change it @throws Refusal
 */

/**
 * @param {Encoding} encoding
 * @throws Refusal as PostgreSQL refuses what is not valid UTF-8; `unsettled`
 */
function textOf(chunk, from, to, encoding) {
  const latin = chunk.latin1Slice(from, to);
  if (!outsideAscii.test(latin)) return latin;
  if (latin.includes('\0')) throw malformed('SQL');
  if (!encoding.isSettled) throw unsettled;
  if (!encoding.isUtf8) {
    const hint = 'SET client_encoding = UTF8';
    throw new Refusal('0A000', 'the router reads SQL in UTF-8 only, or in plain ASCII', { hint });
  }
  if (!isUtf8(chunk.subarray(from, to)))
    throw new Refusal('22021', 'invalid byte sequence for encoding "UTF8"');
  return chunk.utf8Slice(from, to);
}

/** Where the string that begins at `from` ends. */
function endOf(chunk, from, next, what) {
  let end = from;
  while (end < next && chunk[end] !== 0) end++;
  if (end >= next) throw malformed(what);
  return end;
}

/** The SQL of a Query. @param {Encoding} encoding @throws Refusal, `unsettled` */
export function readQuery(chunk, at, next, encoding) {
  if (next - at < 6 || chunk[next - 1] !== 0) throw malformed('Query');
  return textOf(chunk, at + 5, next - 1, encoding);
}

/**
 * @param {Encoding} encoding
 * @returns {{ name: string, sql: string, types: number[] }} `name` byte by byte
 * @throws Refusal, `unsettled`
 */
export function readParse(chunk, at, next, encoding) {
  const nameEnd = endOf(chunk, at + 5, next, 'Parse');
  const sqlEnd = chunk.indexOf(0, nameEnd + 1);
  if (sqlEnd < 0 || sqlEnd + 3 > next) throw malformed('Parse');
  const count = (chunk[sqlEnd + 1] << 8) | chunk[sqlEnd + 2];
  if (sqlEnd + 3 + count * 4 !== next) throw malformed('Parse');
  const types = Array.from({ length: count }, (_, index) => int32(chunk, sqlEnd + 3 + index * 4) >>> 0);
  return {
    name: chunk.latin1Slice(at + 5, nameEnd),
    sql: textOf(chunk, nameEnd + 1, sqlEnd, encoding),
    types,
  };
}

/** The name of the statement that a Bind binds. @throws Refusal */
export function readBound(chunk, at, next) {
  const from = endOf(chunk, at + 5, next, 'Bind') + 1;
  return chunk.latin1Slice(from, endOf(chunk, from, next, 'Bind'));
}

/**
 * The parameters of a Bind, as plugins take them: short texts as strings, all else as bytes of the chunk.
 * @throws Refusal
 */
export function readParameters(chunk, at, next) {
  let from = endOf(chunk, endOf(chunk, at + 5, next, 'Bind') + 1, next, 'Bind') + 1;
  const count = () => {
    if (from + 2 > next) throw malformed('Bind');
    from += 2;
    return (chunk[from - 2] << 8) | chunk[from - 1];
  };
  const formats = count();
  const formatsFrom = from;
  from += formats * 2;
  if (from > next) throw malformed('Bind');
  const parameters = count();
  if (formats > 1 && formats !== parameters) {
    throw new Refusal('08P01', `bind message has ${formats} parameter formats but ${parameters} parameters`);
  }
  const values = [];
  for (let index = 0; index < parameters; index++) {
    if (from + 4 > next) throw malformed('Bind');
    const length = int32(chunk, from);
    from += 4;
    if (length === -1) {
      values.push(null);
      continue;
    }
    if (length < 0 || from + length > next) throw malformed('Bind');
    const format = formats === 0 ? 0 : formatOf(chunk, formatsFrom + (formats === 1 ? 0 : index * 2));
    values.push(
      format === 1 ? chunk.subarray(from, from + length) : textParameter(chunk, from, from + length),
    );
    from += length;
  }
  if (count() * 2 + from !== next) throw malformed('Bind');
  return values;
}

function formatOf(chunk, at) {
  const format = (chunk[at] << 8) | chunk[at + 1];
  if (format > 1) throw new Refusal('22023', `unsupported format code: ${format}`);
  return format;
}

function textParameter(chunk, from, to) {
  let plain = to - from <= shortLength;
  for (let at = from; plain && at < to; at++) plain = chunk[at] < 0x80;
  return plain ? chunk.latin1Slice(from, to) : { bytes: chunk.subarray(from, to), format: 'text' };
}

/** What a Describe or Close is about: S a statement, P a portal. @throws Refusal */
export function readNamed(chunk, at, next, what) {
  const kind = String.fromCharCode(chunk[at + 5]);
  if (next - at < 7 || (kind !== 'S' && kind !== 'P')) throw malformed(what);
  return { kind, name: chunk.latin1Slice(at + 6, endOf(chunk, at + 6, next, what)) };
}

/** Whether an Execute wants a part of the rows only. @throws Refusal */
export function readLimit(chunk, at, next) {
  const end = endOf(chunk, at + 5, next, 'Execute');
  if (end + 5 !== next) throw malformed('Execute');
  return int32(chunk, end + 1) !== 0;
}
