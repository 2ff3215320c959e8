/** What is wrong with a program's file, said by name before it is started. Runs nothing of it. */
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Image, imageFor, isImage, type OpenFile, openFile, readBinary } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { checkLibc } from '../../loader/checks/libc.js';
import { checkArch, checkFormat } from '../../loader/checks/platform.js';
import { isScript } from '../../loader/checks/script.js';
import { closureOf, missingDependencies } from '../../loader/dependencies/index.js';
import { list } from '../../loader/directories.js';
import type { Evidence, HostFacts } from '../../loader/record.js';
import { nearestOf } from '../../messages/nearest.js';
import { addon } from '../../native/addon.js';

/** Files that passed, and what they were then: a program that is restarted isn't read again. */
const checked = new Map<string, string>();
const maxChecked = 1000;

/**
 * @param path absolute
 * @param sha256 what its bytes must be, lower-case hex
 * @throws MortiseError MORTISE_ERR_FILE_*, _PROGRAM_FILE, _PROGRAM_CHECKSUM, and those of the binary checks
 */
export async function checkExecutable(path: string, sha256?: string): Promise<void> {
  const file = open(path);
  try {
    if (!isRunnable(path)) {
      throw unfit(path, 'this user may not execute it', {
        expected: 'a file with the executable bit',
        found: `mode ${(file.mode & 0o7777).toString(8).padStart(4, '0')}, owner ${file.uid}`,
        remedy: `Run chmod +x ${path}.`,
      });
    }
    if (isScript(file)) {
      if (sha256 !== undefined) await checkSum(path, sha256);
      return;
    }
    if (!isImage(file)) {
      throw unfit(path, 'it is neither an executable nor a script', {
        expected: 'an ELF, Mach-O or PE executable, or a script that begins with #!',
        found: 'something else',
        remedy: 'Name the program itself.',
      });
    }
    if (checked.get(path) === identityOf(path)) {
      if (sha256 !== undefined) await checkSum(path, sha256);
      return;
    }
    const image = imageFor(readBinary(file), process.arch);
    if (image.kind !== 'executable' && image.kind !== 'shared') {
      throw unfit(path, 'it is an object file', {
        expected: 'an executable',
        found: 'an object file',
        remedy: 'Link it.',
      });
    }
    const problems = problemsOf(image, { path, source: file, mode: file.mode, uid: file.uid });
    if (problems.length > 0) throw new MortiseError(problems as [Problem, ...Problem[]]);
    if (checked.size > maxChecked) checked.clear();
    checked.set(path, identityOf(path));
    if (sha256 !== undefined) await checkSum(path, sha256);
  } finally {
    file.close();
  }
}

function open(path: string): OpenFile {
  try {
    return openFile(path);
  } catch (error) {
    const [problem] = error instanceof MortiseError ? error.problems : [];
    if (problem?.code !== 'MORTISE_ERR_FILE_MISSING') throw error;
    const [meant] = nearestOf(basename(path), list(dirname(path)), (name) => name);
    throw meant === undefined
      ? error
      : new MortiseError({ ...problem, remedy: `Did you mean ${join(dirname(path), meant)}?` });
  }
}

/** A Go program mostly needs no library at all: then nothing is asked of the system. */
function problemsOf(image: Image, file: Pick<Evidence, 'path' | 'source' | 'mode' | 'uid'>): Problem[] {
  const { platform, arch } = process;
  const isAlone = image.dependencies.length === 0;
  // Of a host's facts, those that these checks look at.
  const facts = { platform, arch, libc: isAlone ? undefined : addon().libc() } as HostFacts;
  const evidence: Evidence = { ...file, image, sha256: '', problems: [] };
  const problems = [checkFormat, checkArch, ...(isAlone ? [] : [checkLibc])]
    .flatMap((check) => check(evidence, facts))
    .flatMap(({ status, problem }) => (status === 'fail' && problem ? [problem] : []));
  if (isAlone || problems.length > 0) return problems;
  const { dependencies } = closureOf(file.path, image, { platform });
  return missingDependencies(dependencies, platform).map((problem) => ({ ...problem, subject: file.path }));
}

async function checkSum(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  if (found === expected.toLowerCase()) return;
  throw new MortiseError({
    code: 'MORTISE_ERR_PROGRAM_CHECKSUM',
    message: 'its bytes are not those whose checksum was given',
    subject: path,
    expected: expected.toLowerCase(),
    found,
    remedy: 'Install the release that was checked, or, when the change was meant, give its new checksum.',
  });
}

function identityOf(path: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
  return [dev, ino, size, mtimeMs, ctimeMs].join();
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function unfit(subject: string, message: string, rest: Pick<Problem, 'expected' | 'found' | 'remedy'>) {
  return new MortiseError({ code: 'MORTISE_ERR_PROGRAM_FILE', message, subject, ...rest });
}
