/** Makes a snapshot of a directory of headers. */
import { mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { MortiseError } from '../errors.js';
import { formatSnapshot } from './canonical.js';
import { type CompilerOptions, findCompiler } from './compiler.js';
import { declaredNames } from './declared.js';
import { readDebugInfo } from './dwarf.js';
import { expansionSource, readExpansions, sortMacros } from './macros.js';
import { readPreprocessed } from './preprocessed.js';
import { type AbiSnapshot, parseSnapshot, snapshotSchema } from './snapshot.js';
import { constantPrefix, functionPrefix, readTypes, variablePrefix } from './types.js';

/**
 * Takes a snapshot of a directory of headers (`include/mortise`, or the `include` around it) by compiling
 * a source file that includes them all, and reading what the compiler says of it. Nothing is run.
 *
 * @throws MortiseError MORTISE_ERR_TOOL_MISSING without a C compiler, MORTISE_ERR_ABI_HEADERS when it refuses the
 * headers, and MORTISE_ERR_ABI_DEBUG when what it wrote can't be read.
 */
export async function snapshotHeaders(
  includeDir: string,
  options: CompilerOptions = {},
): Promise<AbiSnapshot> {
  const folder = await headerFolder(includeDir);
  const headers = await listHeaders(folder, includeDir);
  const compiler = await findCompiler(options);
  const work = await realpath(await mkdtemp(join(tmpdir(), 'mortise-abi-')));
  try {
    // Under this name <mortise/….h> finds these headers and no installed ones, whatever their folder is called.
    const link = join(work, 'mortise');
    await symlink(folder, link, 'dir');
    const headerOf = (path: string) => {
      const inside = relative(link, path);
      return inside.startsWith('..') || inside === path ? undefined : inside.split(sep).join('/');
    };
    const includes = headers.map((header) => `#include <mortise/${header}>`).join('\n');
    const compile = async (source: string, ...args: string[]) => {
      await writeFile(join(work, 'abi.c'), source);
      return compiler.run(work, [...args, '-std=c11', '-w', '-I', work, 'abi.c'], includeDir);
    };

    const { declarations, macros } = readPreprocessed(await compile(`${includes}\n`, '-E', '-dD'), headerOf);
    const expansions = readExpansions(await compile(expansionSource(includes, macros), '-E', '-P'));
    const { integers, constants, others } = sortMacros(macros, expansions);
    const names = declaredNames(declarations);
    const source = [
      includes,
      // A pointer of its type makes the compiler describe a function or a variable without defining it.
      ...names.map(
        ({ name, kind }) =>
          `__typeof__(${name}) *${kind === 'function' ? functionPrefix : variablePrefix}${name};`,
      ),
      ...[...integers].map(([name]) => `__extension__ enum { ${constantPrefix}${name} = (${name}) };`),
      '',
    ].join('\n');
    await compile(source, '-c', '-g', '-gdwarf-4', '-O0', '-fno-eliminate-unused-debug-types', '-o', 'abi.o');
    const info = readDebugInfo(await readFile(join(work, 'abi.o')));
    const types = readTypes(info, headerOf, names, declarations);
    for (const [name, { header }] of integers) {
      const value = types.values.get(`${constantPrefix}${name}`);
      if (value !== undefined) constants[name] = { header, value };
    }
    const version = (name: string) => {
      const value = constants[name]?.value;
      delete constants[name];
      if (typeof value === 'number') return value;
      throw new MortiseError({
        code: 'MORTISE_ERR_ABI_HEADERS',
        message: `the headers define no ${name}`,
        subject: includeDir,
        expected: `#define ${name} and a number, in abi.h`,
        remedy: 'Name the directory that holds abi.h and mortise.h.',
      });
    };
    const abi = { major: version('MORTISE_ABI_MAJOR'), minor: version('MORTISE_ABI_MINOR') };
    const snapshot = { schema: snapshotSchema, abi, headers, ...types.parts, constants, macros: others };
    // Through its text and back: fresh or from a file, a snapshot has its names in the same order.
    return parseSnapshot(formatSnapshot(snapshot as AbiSnapshot), includeDir);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** `include` stands for the `mortise` inside it. */
async function headerFolder(path: string): Promise<string> {
  try {
    const inside = join(path, 'mortise');
    const hasInside = await stat(inside).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    return await realpath(hasInside && basename(path) !== 'mortise' ? inside : path);
  } catch (cause) {
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_FILE_MISSING',
        message: 'there is no such directory',
        subject: path,
        expected: 'a directory of headers',
        remedy: 'Check the path.',
      },
      { cause },
    );
  }
}

async function listHeaders(folder: string, subject: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const headers = files
    .filter((file) => file.isFile() && file.name.endsWith('.h'))
    .map((file) => relative(folder, join(file.parentPath, file.name)).split(sep).join('/'))
    .sort();
  if (headers.length > 0) return headers;
  throw new MortiseError({
    code: 'MORTISE_ERR_ABI_HEADERS',
    message: 'the directory has no headers',
    subject,
    expected: 'files that end in .h',
    remedy: 'Name the directory that holds abi.h and mortise.h.',
  });
}
