/** The bridges that there are: each fits one compiler and one release of pg_query, and says in its file which. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type ByteSource, imageFor, openFile, readBinary, readSymbol } from '../../binary/index.js';
import { MortiseError } from '../../errors.js';

/** mortise_pgdog_identity of native/pgdog/bridge.h, in bytes. */
const identity = {
  symbol: 'mortise_pgdog_bridge',
  size: 144,
  magic: 'MPGDOG\0\0',
  sizeField: 8,
  abiField: 12,
  abi: 1,
  rustc: { at: 16, size: 96 },
  parser: { at: 112, size: 32 },
} as const;
const fileName = /mortise_pgdog_bridge.*\.(so|dylib|dll)$/;

export interface Bridge {
  path: string;
  /** As `rustc --version` prints it. */
  rustc: string;
  /** The release of pg_query: "6.2.1". */
  parser: string;
  mode: number;
  uid: number;
}

/** Where `npm run pgdog` puts them. */
function bridgeFolder(): string {
  const caches =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'win32' && process.env.LOCALAPPDATA) ||
    join(homedir(), '.cache');
  return join(caches, 'mortise', 'pgdog', 'bridges');
}

/**
 * @param plugin its file: bridges may lie beside it
 * @param given a file or a folder that is asked instead; relative to the plugin's folder
 * @throws MortiseError MORTISE_ERR_BRIDGE for a file that is given and is none
 */
export function findBridges(plugin: string, given?: string): { bridges: Bridge[]; places: string[] } {
  const places = given === undefined ? [dirname(plugin), bridgeFolder()] : [resolve(dirname(plugin), given)];
  const bridges = places.flatMap((place) => {
    if (!existsSync(place)) return [];
    if (!statSync(place).isDirectory()) return [readBridge(place)];
    const files = readdirSync(place).filter((name) => fileName.test(name) && !name.startsWith('.'));
    // What lies there and is not a bridge of this interface is left alone: it may be an earlier one.
    return files.sort().flatMap((name) => {
      try {
        return [readBridge(join(place, name))];
      } catch (error) {
        if (error instanceof MortiseError) return [];
        throw error;
      }
    });
  });
  return { bridges, places };
}

/** @throws MortiseError MORTISE_ERR_BRIDGE, and what reading a file throws */
function readBridge(path: string): Bridge {
  const file = openFile(path);
  try {
    const bytes = identityIn(file);
    const refuse = (found: string) =>
      new MortiseError({
        code: 'MORTISE_ERR_BRIDGE',
        message: 'it is not a bridge to PgDog’s plugins, or one of another mortise',
        subject: path,
        where: identity.symbol,
        expected: `the library that rust/pgdog/bridge of this mortise makes`,
        found,
        remedy: 'Build it again, as docs/pgdog.md says.',
      });
    if (!bytes || bytes.length < identity.size) throw refuse(`no ${identity.symbol}`);
    if (bytes.toString('latin1', 0, 8) !== identity.magic) throw refuse('another magic');
    const [size, abi] = [bytes.readUInt32LE(identity.sizeField), bytes.readUInt32LE(identity.abiField)];
    if (size < identity.size || abi !== identity.abi) throw refuse(`interface ${abi} of ${size} bytes`);
    const { mode, uid } = file;
    return { path, rustc: textIn(bytes, identity.rustc), parser: textIn(bytes, identity.parser), mode, uid };
  } finally {
    file.close();
  }
}

function identityIn(file: ByteSource): Buffer | undefined {
  const image = imageFor(readBinary(file), process.arch);
  return readSymbol(file, image, identity.symbol, identity.size);
}

function textIn(bytes: Buffer, { at, size }: { at: number; size: number }): string {
  const field = bytes.subarray(at, at + size);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? size : end);
}
