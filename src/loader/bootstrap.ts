/** The second stage: what the file holds, and which family of plugins it belongs to. Runs nothing. */
import {
  type ByteSource,
  bytesOf,
  imageFor,
  isImage,
  type OpenFile,
  openFile,
  readBinary,
} from '../binary/index.js';
import { MortiseError } from '../errors.js';
import { readWhole, sha256Of } from './bytes.js';
import type { Candidate, Evidence, HostFacts } from './record.js';

/** Up to this size a plugin that will be loaded is read whole: every later stage then sees the same bytes. */
const maxInMemory = 64 * 1024 * 1024;
/** 1 GiB. What is larger is refused before it is read; docs/verify.md says so. */
const maxFileBytes = 1024 * 1024 * 1024;

/** How a file is read. */
export interface ReadOptions {
  /**
   * For a plugin that will be loaded: makes a private copy of a file that is too large to be kept in memory, from which
   * it is then read.
   */
  hold?(file: OpenFile): Promise<OpenFile>;
  /** False leaves `sha256` empty. Default true. */
  hash?: boolean;
}

/**
 * @param host the platform that a file with several images is read for, and the families that are known
 * @returns evidence whose `source` must be closed with `close()`
 * @throws MortiseError MORTISE_ERR_FILE_*; a file that is not a library is evidence with problems
 */
export async function bootstrap(
  { path }: Pick<Candidate, 'path'>,
  { arch, dialects }: Pick<HostFacts, 'arch' | 'dialects'>,
  { hold, hash = true }: ReadOptions = {},
): Promise<Evidence & { close(): void }> {
  const opened: OpenFile[] = [openFile(path)];
  const close = () => {
    for (const file of opened) file.close();
  };
  try {
    const [file] = opened as [OpenFile];
    assertSize(file);
    const { mode, uid } = file;
    // What is no image at all is not read on: its first bytes say so.
    const begins = isImage(file);
    const isHeld = hold !== undefined && begins;
    let source: ByteSource = file;
    if (isHeld && file.size <= maxInMemory) {
      source = bytesOf(await readWhole(file), path);
      // A host has many plugins at once, and few file descriptors.
      file.close();
    } else if (isHeld) {
      const copy = await hold(file);
      opened.push(copy);
      source = { size: copy.size, path, read: copy.read };
    }
    const isHashed = hash && (begins || file.size <= maxInMemory);
    const evidence: Evidence = {
      path,
      source,
      sha256: isHashed ? await sha256Of(source) : '',
      mode,
      uid,
      problems: [],
    };
    try {
      const image = imageFor(readBinary(source), arch);
      evidence.image = image;
      const dialect = dialects.find((known) => known.recognise(image, source));
      if (dialect) {
        evidence.dialect = { ...dialect, ...(await dialect.load()) };
        const { identity, problems } = evidence.dialect.identify(source, image);
        evidence.identity = identity;
        evidence.problems = problems.map((problem) => ({ subject: path, ...problem }));
      }
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      evidence.problems = error.problems.map((problem) => ({ subject: path, ...problem }));
    }
    // One that isn't held is read more than once.
    if (source === file) file.assertUnchanged();
    return { ...evidence, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws MortiseError MORTISE_ERR_FILE_SIZE */
export function assertSize({ path, size }: OpenFile): void {
  if (size <= maxFileBytes) return;
  throw new MortiseError({
    code: 'MORTISE_ERR_FILE_SIZE',
    message: `it has ${size} bytes`,
    subject: path,
    expected: `at most ${maxFileBytes} bytes`,
    found: `${size} bytes`,
    remedy: 'Name the library itself. A file that is mostly holes, or holds other data too, is no plugin.',
  });
}
