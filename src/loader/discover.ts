import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import type { ZodType } from 'zod';
import type { ConfigTable, ConfigValue, PluginRequest } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { findLibrary } from './dependencies/index.js';
import type { Candidate } from './record.js';

/** Where names are looked for. */
export interface DiscoverOptions {
  /** What relative paths and search directories count from. */
  cwd: string;
  /** Directories that a bare name is looked for in, before the system's. */
  search: readonly string[];
  /** Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Default: this process's. */
  platform?: NodeJS.Platform;
  /** The processor in the keys of a bundle (`linux-x64`). Default: this process's. */
  arch?: string;
}

type Context = Required<DiscoverOptions>;

const bundleFile = 'plugin.json';
/** A bundle is written by hand. */
const largestBundle = 1024 * 1024;
const mostListed = 10_000;
const mostNamed = 20;

/**
 * The first stage: the file that a request means. It reads directories and bundles, and no library.
 *
 * A name is, in this order of distinction: a path, when it has a slash (absolute, or against `cwd`; the
 * library suffix may be left out); else a name to look for in `search`, the environment's directories and
 * the system's, as `lib<name>.so`, `<name>.so` and what other platforms make of it. A path may be a
 * directory that holds a `plugin.json` or one library of its own name. A bundle's `config` and `aliases`
 * are added to the request's.
 *
 * Throws MORTISE_ERR_FILE_MISSING, _FILE_NOT_REGULAR, _NAME_NOT_FOUND or _BUNDLE.
 */
export async function discover(request: PluginRequest, options: DiscoverOptions): Promise<Candidate> {
  const { env = process.env, platform = process.platform, arch = process.arch } = options;
  const context: Context = { ...options, env, platform, arch };
  const { name } = request;
  if (name === '') {
    throw new MortiseError({
      code: 'MORTISE_ERR_NAME_NOT_FOUND',
      message: 'the name is empty',
      remedy: 'Give the plugin a name to search for, or the path of its file.',
    });
  }
  const found = isPath(name, context) ? atPath(resolve(context.cwd, name), context) : byName(name, context);
  if (basename(found) !== bundleFile) return { request, path: found };
  return fromBundle(request, found, context);
}

function isPath(name: string, { platform }: Context): boolean {
  if (name.includes('/') || isAbsolute(name) || name === '.' || name === '..') return true;
  return (platform === 'win32' && name.includes('\\')) || name === bundleFile;
}

/** The file, bundle or library at a path; its suffix may be left out. */
function atPath(path: string, context: Context): string {
  const stats = look(path);
  // What is neither file nor directory is refused with its reason when it is opened.
  if (stats && !stats.isDirectory()) return path;
  const inside = stats && inDirectory(path, context);
  if (typeof inside === 'string') return inside;
  const names = fileNames(basename(path), context).map((name) => join(dirname(path), name));
  const file = names.find(isFile);
  if (file !== undefined) return file;
  if (inside) throw new MortiseError(inside);
  const near = nearest(basename(path), [dirname(path)], context);
  throw new MortiseError({
    code: 'MORTISE_ERR_FILE_MISSING',
    message: 'there is no such file',
    subject: path,
    expected: `one of ${[path, ...names].join(', ')}`,
    found: look(dirname(path)) ? 'nothing' : `no directory ${dirname(path)}`,
    remedy: near ?? 'Check the path. A relative one counts from the file that names it.',
  });
}

/** What a directory stands for, or why it stands for nothing. */
function inDirectory(directory: string, context: Context): string | Problem {
  if (isFile(join(directory, bundleFile))) return join(directory, bundleFile);
  const named = fileNames(basename(directory), context).filter((name) => isFile(join(directory, name)));
  if (named.length === 1) return join(directory, named[0] as string);
  const libraries = list(directory).filter((name) => isLibrary(name, context));
  return {
    code: 'MORTISE_ERR_FILE_NOT_REGULAR',
    message: named.length > 1 ? 'the directory holds several libraries of its name' : 'it is a directory',
    subject: directory,
    expected: `${bundleFile}, or one of ${fileNames(basename(directory), context).join(', ')}`,
    found: shorten(named.length > 1 ? named : libraries) || 'no library',
    remedy:
      libraries.length > 0 ? 'Name the library itself, or add a plugin.json that does.' : 'Name a library.',
  };
}

/** A library by its bare name, as the system's loader would search after the configured directories. */
function byName(name: string, context: Context): string {
  const names = isLibrary(name, context) ? [name] : fileNames(name, context);
  const directories = context.search.map((directory) => resolve(context.cwd, directory));
  for (const directory of directories) {
    for (const file of names) {
      if (isFile(join(directory, file))) return join(directory, file);
    }
    // A plugin that comes as a bundle has a directory of its own.
    if (isFile(join(directory, name, bundleFile))) return join(directory, name, bundleFile);
  }

  const tried = new Set(directories);
  for (const file of names) {
    const { path, searched } = findLibrary(file, context);
    if (path !== undefined) return path;
    for (const place of searched) tried.add(place);
  }
  throw new MortiseError({
    code: 'MORTISE_ERR_NAME_NOT_FOUND',
    message: `there is no library ${names.join(' or ')}`,
    subject: name,
    expected: `${names.join(' or ')} in one of the directories`,
    found: `nothing in ${[...tried].join(', ') || 'no directory'}`,
    remedy:
      nearest(name, directories, context) ??
      (beside(name, names, context)
        ? `Write ./${beside(name, names, context)} for the one in ${context.cwd}: a name without a slash is searched for.`
        : 'Add its directory to search, or name the file by a path: ./name is relative, /name absolute.'),
  });
}

const forms: Partial<Record<NodeJS.Platform, { suffixes: string[]; prefixed: boolean }>> = {
  darwin: { suffixes: ['.dylib', '.so'], prefixed: true },
  win32: { suffixes: ['.dll'], prefixed: false },
};

function formOf({ platform }: Context) {
  return forms[platform] ?? { suffixes: ['.so'], prefixed: true };
}

/** What the library of a name may be called: `libtenant_router.so`, `tenant_router.so`. */
function fileNames(name: string, context: Context): string[] {
  const { suffixes, prefixed } = formOf(context);
  return suffixes.flatMap((suffix) => [...(prefixed ? [`lib${name}${suffix}`] : []), `${name}${suffix}`]);
}

/** `name.so`, and `name.so.5` too. */
function isLibrary(name: string, context: Context): boolean {
  return formOf(context).suffixes.some(
    (suffix) => name.endsWith(suffix) || (suffix === '.so' && /\.so(\.\d+)+$/.test(name)),
  );
}

/** The name without what the platform adds to it. */
function bareName(file: string, context: Context): string {
  const suffix = formOf(context).suffixes.find((one) => file.endsWith(one)) ?? '';
  const stem = file.slice(0, file.length - suffix.length);
  return formOf(context).prefixed ? stem.replace(/^lib/, '') : stem;
}

/** "Did you mean", when something in the directories is spelled nearly so. */
/** Where a project of that name in the working directory has what it builds. */
function beside(name: string, files: readonly string[], { cwd }: Context): string | undefined {
  if (isFile(resolve(cwd, name)) || isFile(resolve(cwd, name, bundleFile))) return name;
  return ['', 'build', 'target/release']
    .flatMap((directory) => files.map((file) => join(name, directory, file)))
    .find((path) => isFile(resolve(cwd, path)));
}

function nearest(name: string, directories: readonly string[], context: Context): string | undefined {
  const wanted = bareName(name, context);
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const near = directories
    .flatMap((directory) =>
      list(directory)
        .filter((file) => isLibrary(file, context) || isFile(join(directory, file, bundleFile)))
        .map((file) => ({ file: join(directory, file), far: distance(wanted, bareName(file, context)) })),
    )
    .filter(({ far }) => far <= most)
    .sort((one, other) => one.far - other.far)
    .map(({ file }) => file);
  return near.length > 0 ? `Did you mean ${shorten(near.slice(0, 3), ' or ')}?` : undefined;
}

function shorten(names: readonly string[], separator = ', '): string {
  const shown = names.slice(0, mostNamed).join(separator);
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown;
}

/** Undefined where there is nothing, or nothing that this user may see. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  return look(path)?.isFile() ?? false;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort().slice(0, mostListed);
  } catch {
    return [];
  }
}

/** A plugin as a directory: its library for each platform, with a configuration to start from. */
interface Bundle {
  name?: string;
  library: string | Record<string, string>;
  config?: ConfigTable;
  aliases?: string[];
}

const bundleKeys = ['name', 'library', 'config', 'aliases'];

async function fromBundle(request: PluginRequest, path: string, context: Context): Promise<Candidate> {
  const bundle = await readBundle(path);
  const library = libraryOf(bundle, path, context);
  const file = resolve(dirname(path), library);
  if (!isFile(file)) {
    throw wrong(path, 'library', 'the library that it names does not exist', {
      expected: file,
      found: shorten(list(dirname(file)).filter((name) => isLibrary(name, context))) || 'no library there',
      remedy: 'Build the library, or correct its path: it counts from the directory of plugin.json.',
    });
  }
  const aliases = new Set([
    ...(request.aliases ?? []),
    ...(bundle.name ? [bundle.name] : []),
    ...(bundle.aliases ?? []),
  ]);
  aliases.delete(request.name);
  const merged: PluginRequest = { ...request };
  if (aliases.size > 0) merged.aliases = [...aliases];
  if (bundle.config || request.config) merged.config = { ...bundle.config, ...request.config };
  return { request: merged, path: file };
}

function libraryOf({ library }: Bundle, path: string, { platform, arch }: Context): string {
  if (typeof library === 'string') return library;
  const key = `${platform}-${arch}`;
  const file = Object.hasOwn(library, key) ? library[key] : undefined;
  if (file !== undefined) return file;
  throw wrong(path, 'library', `it has no library for ${key}`, {
    expected: key,
    found: Object.keys(library).join(', ') || 'none',
    remedy: `Get a bundle that was built for ${key}, or build it here and add it under that key.`,
  });
}

async function readBundle(path: string): Promise<Bundle> {
  const size = look(path)?.size ?? 0;
  if (size > largestBundle) {
    throw wrong(path, undefined, 'the file is too large', {
      expected: `${largestBundle} bytes`,
      found: `${size} bytes`,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = (cause as Error).message;
    throw wrong(
      path,
      undefined,
      `the file cannot be read as JSON: ${reason}`,
      { remedy: 'Correct the JSON.' },
      cause,
    );
  }
  const schema = await bundleSchema();
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MortiseError(
    result.error.issues.flatMap((issue) => problemsOf(path, issue)) as [Problem, ...Problem[]],
    { cause: result.error },
  );
}

/** Loaded with the first bundle: most hosts have none, and zod costs more than all else at start. */
async function bundleSchema() {
  const { z } = await import('zod');
  const text = z.string().min(1);
  const exact = (number: number) => !Number.isInteger(number) || Number.isSafeInteger(number);
  const scalar = z.union([
    z.boolean(),
    z.number().refine(exact, 'JSON loses digits of whole numbers beyond 2^53: write it as a string'),
    z.string(),
  ]);
  // What TOML can hold and JSON too, so no null.
  const value: ZodType<ConfigValue> = z.lazy(() =>
    z.union([scalar, z.array(value), z.record(z.string(), value)]),
  );
  return z.strictObject({
    name: text.optional(),
    library: z.union([text, z.record(z.string().regex(/^[a-z0-9]+-[a-z0-9_]+$/), text)]),
    config: z.record(z.string(), value).optional(),
    aliases: z.array(text).optional(),
  });
}

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
}

function problemsOf(path: string, issue: Issue): Problem[] {
  if (issue.code === 'unrecognized_keys' && issue.keys) {
    return issue.keys.map((key) => {
      const near = closest(key, bundleKeys);
      const known = `The keys are ${bundleKeys.join(', ')}.`;
      return problem(path, key, `it has no key ${key}`, {
        expected: bundleKeys.join(', '),
        found: key,
        remedy: distance(key, near) <= Math.max(2, key.length / 2) ? `Did you mean ${near}? ${known}` : known,
      });
    });
  }
  const where = issue.path.map(String).join('.');
  const remedies: Record<string, string> = {
    '': 'Write an object: { "library": "libname.so" }.',
    library:
      'Write a path, or an object such as { "linux-x64": "libname.so", "darwin-arm64": "libname.dylib" }.',
    config: 'Write booleans, numbers, strings, and lists and tables of them.',
    aliases: 'Write a list of names.',
    name: 'Write a name.',
  };
  const remedy = remedies[where.split('.')[0] as string];
  return [problem(path, where || undefined, `${where || 'the file'}: ${issue.message}`, { remedy })];
}

type Details = Pick<Problem, 'expected' | 'found' | 'remedy'>;

function problem(path: string, where: string | undefined, message: string, details: Details): Problem {
  return { code: 'MORTISE_ERR_BUNDLE', message, subject: path, where, ...details };
}

function wrong(
  path: string,
  where: string | undefined,
  message: string,
  details: Details,
  cause?: unknown,
): MortiseError {
  return new MortiseError(problem(path, where, message, details), { cause });
}
