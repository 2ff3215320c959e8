/** The second stage: what the file holds, and which family of plugins it belongs to. Runs nothing. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { type ByteSource, bytesOf, imageFor, openFile, readBinary } from '../binary/index.js';
import { MortiseError } from '../errors.js';
import type { Candidate, Evidence, HostFacts } from './record.js';

const chunk = 1024 * 1024;
/** Up to this size a plugin that will be loaded is read whole: every later stage then sees the same bytes. */
const largestInMemory = 64 * 1024 * 1024;

/**
 * @param host the platform that a file with several images is read for, and the families that are known
 * @param options.hold read the file once and keep its bytes, for a plugin that will be loaded
 * @returns evidence whose `source` must be closed with `close()`
 * @throws MortiseError MORTISE_ERR_FILE_*; a file that is not a library is evidence with problems
 */
export function bootstrap(
  { path }: Pick<Candidate, 'path'>,
  { arch, dialects }: Pick<HostFacts, 'arch' | 'dialects'>,
  options: { hold?: boolean } = {},
): Evidence & { close(): void } {
  const file = openFile(path);
  try {
    const { mode, uid } = statSync(path);
    const held = options.hold && file.size <= largestInMemory;
    const source = held ? bytesOf(readWhole(file), path) : file;
    const evidence: Evidence = { path, source, sha256: hash(source), mode, uid, problems: [] };
    try {
      evidence.image = imageFor(readBinary(source), arch);
      evidence.dialect = dialects.find((dialect) => evidence.image && dialect.recognise(evidence.image));
      if (evidence.dialect) {
        const { identity, problems } = evidence.dialect.identify(source, evidence.image);
        evidence.identity = identity;
        evidence.problems = problems.map((problem) => ({ subject: path, ...problem }));
      }
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      evidence.problems = error.problems.map((problem) => ({ subject: path, ...problem }));
    }
    return { ...evidence, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readWhole(source: ByteSource): Buffer {
  const bytes = Buffer.allocUnsafe(source.size);
  for (let at = 0; at < source.size; at += chunk) {
    source.read(at, Math.min(chunk, source.size - at)).copy(bytes, at);
  }
  return bytes;
}

function hash(source: ByteSource): string {
  const sha256 = createHash('sha256');
  for (let at = 0; at < source.size; at += chunk) {
    sha256.update(source.read(at, Math.min(chunk, source.size - at)));
  }
  return sha256.digest('hex');
}
