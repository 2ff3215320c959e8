/** Makes a snapshot of headers. */
import { realpathSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { MortiseError } from '../errors.js';
import { packageRoot } from '../package.js';
import { formatSnapshot } from './canonical.js';
import { askInC, askInCpp } from './compiler/asked.js';
import { type CompilerOptions, findCompiler } from './compiler/compiler.js';
import { askCompiler } from './compiler/questions.js';
import { readDebugInfo } from './dwarf/debug-info.js';
import { orUnreadable } from './dwarf/unreadable.js';
import { type AbiSnapshot, parseSnapshot, snapshotSchema } from './snapshot.js';
import { findHeaders, type HeaderSet, type Language } from './text/header-set.js';
import { expansionSource, readExpansions, sortMacros } from './text/macros.js';
import { readPreprocessed } from './text/preprocessed.js';
import { constantPrefix } from './types/types.js';

/** How headers are read. */
export interface HeaderOptions extends CompilerOptions {
  /** Directories in which #include looks, absolute; those of the system come after. */
  includeDirs?: readonly string[];
  /** Otherwise as the headers' names end. */
  language?: Language;
}

/**
 * Takes a snapshot of a directory of headers, or of one header and what it includes from beside it, by compiling
 * a source file that includes them all, and reading what the compiler says of it. Nothing is run.
 *
 * @throws MortiseError MORTISE_ERR_FILE_MISSING, MORTISE_ERR_TOOL_MISSING without a compiler,
 * MORTISE_ERR_ABI_HEADERS when it refuses the headers, and MORTISE_ERR_ABI_DEBUG when what it wrote can't be read.
 */
export async function snapshotHeaders(path: string, options: HeaderOptions = {}): Promise<AbiSnapshot> {
  const set = await findHeaders(path, options.language);
  const compiler = await findCompiler(options, set.language);
  const work = await realpath(await mkdtemp(join(tmpdir(), 'mortise-abi-')));
  try {
    // Under that name <mortise/….h> finds these headers and no installed ones, whatever their folder is called.
    const link = join(work, set.isOwn ? 'mortise' : 'headers');
    await symlink(set.folder, link, 'dir');
    const headerOf = headerNames(set.folder, work);
    const includes = set.names
      .map((name) => (set.isOwn ? `#include <mortise/${name}>` : `#include "headers/${name}"`))
      .join('\n');
    const args = searched(set, options.includeDirs ?? [], work, link);
    const isCpp = set.language === 'c++';
    const file = isCpp ? 'abi.cc' : 'abi.c';
    const compile = async (source: string, ...more: string[]) => {
      await writeFile(join(work, file), source);
      return compiler.run(work, [...more, ...args, '-w', file], path);
    };

    const text = readPreprocessed(await compile(`${includes}\n`, '-E', '-dD'), headerOf);
    const expansions = readExpansions(await compile(expansionSource(includes, text.macros), '-E', '-P'));
    const { integers, constants, others } = sortMacros(text.macros, expansions);
    const asked = isCpp ? askInCpp(text) : askInC(text);
    const refused = await askCompiler(
      `${includes}\n${asked.before}`,
      compile,
      isCpp ? [compiler.wholeClasses] : [],
      [
        ...asked.questions,
        // Expanded, so that an error has this line and not that of the macro.
        ...[...integers].map(([name, { expansion }]) => ({
          name,
          text: `__extension__ enum { ${constantPrefix}${name} = (${expansion}) };`,
        })),
      ],
    );
    const object = await readFile(join(work, 'abi.o'));
    const types = orUnreadable(() => asked.read(readDebugInfo(object), headerOf, refused));
    Object.assign(constants, types.parts.constants);
    for (const [name, { header }] of integers) {
      const value = types.values.get(`${constantPrefix}${name}`);
      if (value !== undefined) constants[name] = { header, value };
      else others[name] = { header, parameters: null };
    }
    const unread = asked.names.filter((name) => refused.has(name));
    const snapshot: AbiSnapshot = {
      schema: snapshotSchema,
      abi: takeVersion(constants, set.isOwn, path),
      headers: set.isSingle ? [] : set.names,
      ...(isCpp ? { language: 'c++' as const } : {}),
      ...types.parts,
      constants,
      macros: others,
      ...(unread.length > 0 ? { unread } : {}),
    };
    // Through its text and back: fresh or from a file, a snapshot has its names in the same order.
    return parseSnapshot(formatSnapshot(snapshot), path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Which header of the folder a path that the compiler wrote is, relative to the folder; undefined: another file. */
function headerNames(folder: string, work: string): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (!known.has(path)) known.set(path, name(path));
    return known.get(path);
  };

  function name(path: string): string | undefined {
    try {
      const inside = relative(folder, realpathSync(resolve(work, path)));
      return inside === '' || inside.startsWith('..') || isAbsolute(inside)
        ? undefined
        : inside.split(sep).join('/');
    } catch {
      return undefined; // "<built-in>"
    }
  }
}

/**
 * Where the compiler looks. Headers that name each other as `<shop/rule.h>` or `<rule.h>` are found too, but after
 * the system's, so that one called time.h stands in for nothing; and mortise's, which a service's header includes.
 */
function searched(set: HeaderSet, includeDirs: readonly string[], work: string, link: string): string[] {
  const given = includeDirs.flatMap((directory) => ['-I', directory]);
  if (set.isOwn) return ['-std=c11', '-I', work, ...given];
  const last = [link, dirname(set.folder), join(packageRoot, 'include')];
  return ['-iquote', link, ...given, ...last.flatMap((directory) => ['-idirafter', directory])];
}

/** Takes the ABI's own version out of the constants; null where headers have none. */
function takeVersion(
  constants: Record<string, unknown>,
  isOwn: boolean,
  subject: string,
): AbiSnapshot['abi'] {
  const take = (name: string) => {
    const { value } = (constants[name] ?? {}) as { value?: unknown };
    if (typeof value === 'number') return value;
    if (!isOwn) return undefined;
    throw new MortiseError({
      code: 'MORTISE_ERR_ABI_HEADERS',
      message: `the headers define no ${name}`,
      subject,
      expected: `#define ${name} and a number, in abi.h`,
      remedy: 'Name the directory that holds abi.h and mortise.h.',
    });
  };
  const [major, minor] = [take('MORTISE_ABI_MAJOR'), take('MORTISE_ABI_MINOR')];
  if (major === undefined || minor === undefined) return null;
  delete constants.MORTISE_ABI_MAJOR;
  delete constants.MORTISE_ABI_MINOR;
  return { major, minor };
}
