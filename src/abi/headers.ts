/** Makes a snapshot of headers. */
import { realpathSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { MortiseError } from '../errors.js';
import { packageRoot } from '../package.js';
import { formatSnapshot } from './canonical.js';
import { type CompilerOptions, findCompiler } from './compiler.js';
import { declaredNames } from './declared.js';
import { readDebugInfo } from './dwarf.js';
import { findHeaders, type HeaderSet, type Language } from './header-set.js';
import { expansionSource, readExpansions, sortMacros } from './macros.js';
import { readPreprocessed } from './preprocessed.js';
import { askCompiler } from './questions.js';
import { type AbiSnapshot, parseSnapshot, snapshotSchema } from './snapshot.js';
import { constantPrefix, functionPrefix, readTypes, variablePrefix } from './types.js';

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
  const compiler = await findCompiler(options);
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
    const compile = async (source: string, ...more: string[]) => {
      await writeFile(join(work, 'abi.c'), source);
      return compiler.run(work, [...more, ...args, '-w', 'abi.c'], path);
    };

    const { declarations, macros } = readPreprocessed(await compile(`${includes}\n`, '-E', '-dD'), headerOf);
    const expansions = readExpansions(await compile(expansionSource(includes, macros), '-E', '-P'));
    const { integers, constants, others } = sortMacros(macros, expansions);
    const names = declaredNames(declarations);
    const { refused } = await askCompiler(includes, compile, [
      ...names.map(({ name, kind }) => {
        const prefix = kind === 'function' ? functionPrefix : variablePrefix;
        // A pointer of its type makes the compiler describe a function or a variable without defining it.
        return { name, text: `__typeof__(${name}) *${prefix}${name};` };
      }),
      // Expanded, so that an error has this line and not that of the macro.
      ...[...integers].map(([name, { expansion }]) => ({
        name,
        text: `__extension__ enum { ${constantPrefix}${name} = (${expansion}) };`,
      })),
    ]);
    const info = readDebugInfo(await readFile(join(work, 'abi.o')));
    const types = readTypes(
      info,
      headerOf,
      names.filter(({ name }) => !refused.has(name)),
      declarations,
    );
    for (const [name, { header }] of integers) {
      const value = types.values.get(`${constantPrefix}${name}`);
      if (value !== undefined) constants[name] = { header, value };
      else others[name] = { header, parameters: null };
    }
    const unread = names.map(({ name }) => name).filter((name) => refused.has(name));
    const snapshot: AbiSnapshot = {
      schema: snapshotSchema,
      abi: takeVersion(constants, set.isOwn, path),
      headers: set.isSingle ? [] : set.names,
      ...types.parts,
      constants: constants as AbiSnapshot['constants'],
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
