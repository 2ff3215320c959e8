/** A host whose plugin says exactly what it was told. */
import { createRequire } from 'node:module';
import { onTestFinished } from 'vitest';
import type { HostOptions } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');

export interface Seen {
  shards: number;
  hasReplicas: number;
  hasPrimary: number;
  inTransaction: number;
  writeOverride: number;
  /** A character for each byte: two strings compare faster than two Buffers. */
  sql: string;
  params: { format: number; isNull: number; hasNoData: number; bytes: string }[];
}

/** A host with test/support/plugins/echo.c, and what it was told last. */
export async function echoing(options: HostOptions = {}, capacity = 8 * 1024 * 1024) {
  const memory = koffi.alloc('uint8_t', capacity) as unknown;
  onTestFinished(() => koffi.free(memory));
  const bytes = Buffer.from(koffi.view(memory, capacity));
  const config = { buffer: koffi.address(memory), capacity };
  const host = await open({ ...options, plugins: [{ name: build('echo.c'), config }] });
  return { host, seen: () => decode(bytes) };
}

/** Bytes, or a text's UTF-8, as {@link Seen} has them. */
export const bytesOf = (content: string | Uint8Array) => Buffer.from(content as string).toString('latin1');

/** What the plugin wrote; afterwards nothing of it is left. */
function decode(bytes: Buffer): Seen {
  let at = 0;
  const u32 = () => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  const data = () => {
    const size = u32();
    at += size;
    return bytes.toString('latin1', at - size, at);
  };
  const size = u32();
  if (size === 0xffff_ffff) throw new Error('the echo is too large for its buffer');
  const seen: Seen = {
    shards: u32(),
    hasReplicas: u32(),
    hasPrimary: u32(),
    inTransaction: u32(),
    writeOverride: u32(),
    sql: data(),
    params: Array.from({ length: u32() }, () => ({
      format: u32(),
      isNull: u32(),
      hasNoData: u32(),
      bytes: data(),
    })),
  };
  if (at !== size + 4) throw new Error(`the echo has ${size} bytes, and ${at - 4} were read`);
  bytes.fill(0xaa, 0, at);
  return seen;
}
