/** The first stage: finds the file that a name or a path stands for. */
import { basename, dirname, join, resolve } from 'node:path';
import { isPath, isUri } from '../config/is-path.js';
import type { PluginRequest } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { listed } from '../messages/lists.js';
import { nearestOf } from '../messages/nearest.js';
import { asCandidate, bundleFile, fromBundle } from './bundle.js';
import type { Bundles, FoundBundle } from './bundles/bundles.js';
import { isInside, outside, realPath } from './bundles/inside.js';
import { findLibrary } from './dependencies/index.js';
import { isFile, list, look } from './directories.js';
import { bareName, fileNames, isLibrary } from './library-names.js';
import type { Candidate, Dialect } from './record.js';

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
  /** The C library in those keys (`linux-x64-musl`). Default: this machine's. */
  libc?: string;
  /** Those of the host's sources, which are found by their ids and aliases before any library. */
  bundles?: Bundles;
  /** Families, which may have names of their own. Default: none. */
  dialects?: readonly Dialect[];
}

type Context = Required<Omit<DiscoverOptions, 'bundles' | 'libc'>> &
  Pick<DiscoverOptions, 'bundles' | 'libc'>;

/**
 * The first stage: the file that a request means. It reads directories and bundles, and no library.
 *
 * A name is, in this order of distinction: a path, when it has a slash (absolute, or against `cwd`; the
 * library suffix may be left out); else a name to look for in `search`, the environment's directories and
 * the system's, as `lib<name>.so`, `<name>.so` and what other platforms make of it. A path may be a
 * directory that holds a `plugin.json` or one library of its own name. A bundle's `config` and `aliases`
 * are added to the request's. A family may have names of its own, such as ADBC's driver manifests.
 *
 * @throws MortiseError MORTISE_ERR_FILE_MISSING, _FILE_NOT_REGULAR, _NAME_NOT_FOUND or _BUNDLE
 */
export async function discover(request: PluginRequest, options: DiscoverOptions): Promise<Candidate> {
  const { env = process.env, platform = process.platform, arch = process.arch, dialects = [] } = options;
  const context: Context = { ...options, env, platform, arch, dialects };
  const { name } = request;
  if (name === '') {
    throw new MortiseError({
      code: 'MORTISE_ERR_NAME_NOT_FOUND',
      message: 'the name is empty',
      remedy: 'Give the plugin a name to search for, or the path of its file.',
    });
  }
  const bundle = options.bundles?.find(name);
  if (bundle) return ofSource(request, bundle, context);
  const given = isPath(name, context.platform);
  const searched = given || isUri(name) ? undefined : inSearch(name, context);
  if (searched === undefined) {
    const own = await inFamilies(request, context);
    if (own) return own;
  }
  const found = given
    ? atPath(resolve(context.cwd, name), context, request.asked)
    : (searched ?? byName(name, context));
  if (basename(found) !== bundleFile) return { request, path: found };
  return fromBundle(request, found, context);
}

/** One that was found in a source: nothing of it may lie elsewhere. */
async function ofSource(
  request: PluginRequest,
  { problems, bundle, path }: FoundBundle,
  context: Context,
): Promise<Candidate> {
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
  if (bundle) return asCandidate(request, bundle);
  const candidate = await fromBundle(request, path, context);
  const [directory, real] = [dirname(path), realPath(candidate.path) ?? candidate.path];
  if (isInside(directory, real)) {
    // The file may call itself otherwise than its bundle does.
    const aliases = [...new Set([request.name, ...(candidate.request.aliases ?? [])])];
    return { ...candidate, request: { ...candidate.request, aliases } };
  }
  throw new MortiseError(outside(candidate.path, real, directory, 'Put the library into the bundle.'));
}

async function inFamilies(request: PluginRequest, context: Context): Promise<Candidate | undefined> {
  for (const { find } of context.dialects) {
    const own = await find?.(request, context);
    if (own) return own;
  }
  return undefined;
}

/** The file, bundle or library at a path; its suffix may be left out. */
function atPath(path: string, context: Context, asked?: PluginRequest['asked']): string {
  const stats = look(path);
  // What is neither file nor directory is refused with its reason when it is opened.
  if (stats && !stats.isDirectory()) return path;
  const inside = stats && inDirectory(path, context);
  if (typeof inside === 'string') return inside;
  const last = basename(path);
  const names = isLibrary(last, context)
    ? []
    : fileNames(last, context).map((name) => join(dirname(path), name));
  const file = names.find(isFile);
  if (file !== undefined) return file;
  if (inside) throw new MortiseError(inside);
  const near = suggestion(last, [dirname(path)], context);
  throw new MortiseError({
    code: 'MORTISE_ERR_FILE_MISSING',
    message: asked ? `there is no file for the plugin ${asked.name}` : 'there is no such file',
    subject: path,
    where: asked?.where,
    expected: names.length > 0 ? `one of ${[path, ...names].join(', ')}` : path,
    found: look(dirname(path)) ? 'nothing' : `no directory ${dirname(path)}`,
    remedy: near ?? asked?.remedy ?? 'Check the path. A relative one counts from the file that names it.',
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
    found: listed(named.length > 1 ? named : libraries) || 'no library',
    remedy:
      libraries.length > 0 ? 'Name the library itself, or add a plugin.json that does.' : 'Name a library.',
  };
}

const namesOf = (name: string, context: Context) =>
  isLibrary(name, context) ? [name] : fileNames(name, context);
const directoriesOf = ({ search, cwd }: Context) => search.map((directory) => resolve(cwd, directory));

/** A library by its bare name, in the configured directories. */
function inSearch(name: string, context: Context): string | undefined {
  const names = namesOf(name, context);
  for (const directory of directoriesOf(context)) {
    for (const file of names) {
      if (isFile(join(directory, file))) return join(directory, file);
    }
    // A plugin that comes as a bundle has a directory of its own.
    if (isFile(join(directory, name, bundleFile))) return join(directory, name, bundleFile);
  }
  return undefined;
}

/** A library by its bare name, as the system's loader would search. */
function byName(name: string, context: Context): string {
  const names = namesOf(name, context);
  const directories = directoriesOf(context);
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
      suggestion(name, directories, context) ??
      (beside(name, names, context)
        ? `Write ./${beside(name, names, context)} for the one in ${context.cwd}: a name without a slash is searched for.`
        : 'Add its directory to search, or name the file by a path: ./name is relative, /name absolute.'),
  });
}

/** Where a project of that name in the working directory has what it builds. */
function beside(name: string, files: readonly string[], { cwd }: Context): string | undefined {
  if (isFile(resolve(cwd, name)) || isFile(resolve(cwd, name, bundleFile))) return name;
  return ['', 'build', 'target/release']
    .flatMap((directory) => files.map((file) => join(name, directory, file)))
    .find((path) => isFile(resolve(cwd, path)));
}

/** "Did you mean", when something in the directories is spelled nearly so. */
function suggestion(name: string, directories: readonly string[], context: Context): string | undefined {
  const files = directories.flatMap((directory) =>
    list(directory)
      .filter((file) => isLibrary(file, context) || isFile(join(directory, file, bundleFile)))
      .map((file) => join(directory, file)),
  );
  const near = nearestOf(bareName(name, context), files, (file) => bareName(basename(file), context));
  return near.length > 0 ? `Did you mean ${near.slice(0, 3).join(' or ')}?` : undefined;
}
