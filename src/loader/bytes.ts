/** Reads files whole or by their digest, in pieces between which other work goes on. */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { ByteSource } from '../binary/index.js';

const chunk = 256 * 1024;
/** Some 20 ms of work. */
const chunksPerTurn = 64;
/** Of who has just read a file: memory for each piece, or each file, would wait for the collector in large amounts. */
let spare: Buffer | undefined;

/** Each piece in turn, and its offset. The bytes are valid only while they are seen. */
export async function eachChunk(source: ByteSource, see: (bytes: Buffer, at: number) => void): Promise<void> {
  const memory = spare ?? Buffer.allocUnsafeSlow(chunk);
  spare = undefined;
  try {
    for (let at = 0, count = 1; at < source.size; at += chunk, count++) {
      see(source.read(at, Math.min(chunk, source.size - at), memory), at);
      if (count % chunksPerTurn === 0) await turn();
    }
  } finally {
    spare = memory;
  }
}

/** Lower-case hex. */
export async function sha256Of(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  await eachChunk(source, (bytes) => hash.update(bytes));
  return hash.digest('hex');
}

export async function readWhole(source: ByteSource): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(source.size);
  await eachChunk(source, (bytes, at) => bytes.copy(whole, at));
  return whole;
}
