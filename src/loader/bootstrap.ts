/** The second stage: what the file holds, and which family of plugins it belongs to. Runs nothing. */
import { basename, extname } from 'node:path';
import {
  type ByteSource,
  bytesOf,
  imageFor,
  isImage,
  type OpenFile,
  openFile,
  readBinary,
} from '../binary/index.js';
import type { PluginRequest } from '../config/value.js';
import { MortiseError } from '../errors.js';
import { shown } from '../messages/shown.js';
import type { Bundle } from './bundles/record.js';
import { readWhole, sha256Of } from './bytes.js';
import { isScript } from './checks/script.js';
import { look } from './directories.js';
import type { Candidate, Dialect, Evidence, HostFacts, Identity } from './record.js';

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
 * @throws MortiseError MORTISE_ERR_FILE_*, and MORTISE_ERR_NOT_A_PLUGIN when its request names no family; a file that is not a library is evidence with problems
 */
export async function bootstrap(
  {
    path,
    bundle,
    request,
  }: Pick<Candidate, 'path' | 'bundle'> & { request?: Pick<PluginRequest, 'dialect'> },
  { arch, dialects }: Pick<HostFacts, 'arch' | 'dialects'>,
  { hold, hash = true }: ReadOptions = {},
): Promise<Evidence & { close(): void }> {
  if (bundle && bundle.executable === undefined) return withoutProgram(path, bundle);
  const asked = familyOf(request?.dialect, dialects, path);
  const opened: OpenFile[] = [openFile(path)];
  const close = () => {
    for (const file of opened) file.close();
  };
  try {
    const [file] = opened as [OpenFile];
    assertSize(file);
    const { mode, uid } = file;
    // What is not an image at all is not read on: its first bytes say so.
    const begins = isImage(file);
    // The program of a bundle is started where it lies, and compared with its hash then.
    const isHeld = hold !== undefined && begins && !bundle;
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
      ...(bundle && (await asBundle(bundle))),
      problems: [],
    };
    try {
      // Of a script its first line is all that can be read.
      const image = asked && isScript(source) ? undefined : imageFor(readBinary(source), arch);
      evidence.image = image;
      // What comes as a program is never loaded into this process.
      const fitting = bundle ? dialects.filter(({ carrier }) => carrier === 'program') : dialects;
      const dialect =
        asked ??
        (bundle && fitting.find((known) => known.takes?.(bundle))) ??
        fitting.find((known) => image && known.recognise(image, source));
      if (dialect) {
        evidence.dialect = { ...dialect, ...(await dialect.load()) };
        const { identity, problems } = image
          ? evidence.dialect.identify(source, image)
          : { identity: undefined, problems: [] };
        evidence.identity = bundle ? identityOf(bundle, identity) : (identity ?? (asked && namedAfter(path)));
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

/** The family of programs that a request names. */
function familyOf(
  id: string | undefined,
  dialects: readonly Dialect[],
  subject: string,
): Dialect | undefined {
  if (id === undefined) return undefined;
  const programs = dialects.filter(({ carrier }) => carrier === 'program');
  const found = programs.find((one) => one.id === id);
  if (found) return found;
  const expected = programs.map((one) => one.id).join(' or ');
  throw new MortiseError({
    code: 'MORTISE_ERR_NOT_A_PLUGIN',
    message: `there is no family of programs called ${shown(id)}`,
    subject,
    where: 'dialect',
    expected,
    found: id,
    remedy: 'Correct `dialect`, or leave it out: of libraries, and of programs in Go, the file says it.',
  });
}

/** Nothing of it runs here: it is only a part of a page, or its program is missing. */
async function withoutProgram(path: string, bundle: Bundle): Promise<Evidence & { close(): void }> {
  const { mode, uid } = look(path) ?? { mode: 0, uid: 0 };
  const source = bytesOf(Buffer.alloc(0), path);
  return { path, source, sha256: '', mode, uid, ...(await asBundle(bundle)), problems: [], close() {} };
}

async function asBundle(bundle: Bundle): Promise<Pick<Evidence, 'bundle' | 'bundleChecks' | 'identity'>> {
  const { bundleChecks } = await import('./checks/bundle-checks.js');
  return { bundle, bundleChecks, identity: identityOf(bundle) };
}

/** What says nothing of itself is called as its file is. */
function namedAfter(path: string): Identity {
  const name = basename(path, extname(path)).replace(/[^\w.-]/g, '_') || 'program';
  return { ...nothing, name, version: '0.0.0' };
}

const nothing = { abi: '', parser: '', toolchain: '', exactToolchain: false, requires: [], provides: [] };

/** Who it is, its plugin.json says; the rest, its program. */
function identityOf({ id, version = 'unknown' }: Bundle, said?: Identity): Identity {
  return { ...nothing, ...said, name: id, version };
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
    remedy: 'Name the library itself. A file that is mostly holes, or holds other data too, is not a plugin.',
  });
}
