/** A plugin as a directory: its plugin.json names the library for each platform. */
import { dirname, resolve } from 'node:path';
import type { ZodType } from 'zod';
import type { ConfigTable, ConfigValue, PluginRequest } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { listed } from '../messages/lists.js';
import { nearest } from '../messages/nearest.js';
import type { Bundles } from './bundles/bundles.js';
import type { JsonFile } from './bundles/json.js';
import type { Bundle as FoundBundle } from './bundles/record.js';
import { isFile, list } from './directories.js';
import { isLibrary } from './library-names.js';
import type { Candidate } from './record.js';

export const bundleFile = 'plugin.json';
/** A bundle is written by hand. */
const maxBundleBytes = 1024 * 1024;

/** What the library is for. */
interface System {
  platform: NodeJS.Platform;
  /** As in the keys of a bundle (`linux-x64`). */
  arch: string;
  cwd: string;
  /** What reads those of Grafana's. Default: one that trusts no key. */
  bundles?: Bundles;
}

/** A plugin as a directory: its library for each platform, with a configuration to start from. */
interface Bundle {
  name?: string;
  library: string | Record<string, string>;
  config?: ConfigTable;
  aliases?: string[];
}

const bundleKeys = ['name', 'library', 'config', 'aliases'];

/**
 * What the request means by the bundle at `path`, a plugin.json: mortise's own, or one of Grafana's.
 *
 * @throws MortiseError MORTISE_ERR_BUNDLE, MORTISE_ERR_TRUST_KEY
 */
export async function fromBundle(request: PluginRequest, path: string, system: System): Promise<Candidate> {
  const [{ readJson }, { isPluginJson }] = await Promise.all([
    import('./bundles/json.js'),
    import('./bundles/plugin-json.js'),
  ]);
  const json = await readJson(path);
  if (isPluginJson(json.value)) {
    const { Bundles } = await import('./bundles/bundles.js');
    const bundles = system.bundles ?? new Bundles({}, system);
    return asCandidate(request, await bundles.at(path));
  }
  const bundle = await checkBundle(json);
  const library = libraryOf(bundle, path, system);
  const file = resolve(dirname(path), library);
  if (!isFile(file)) {
    throw wrong(path, 'library', 'the library that it names does not exist', {
      expected: file,
      found: listed(list(dirname(file)).filter((name) => isLibrary(name, system))) || 'no library there',
      remedy: 'Build the library, or correct its path: it counts from the directory of plugin.json.',
    });
  }
  const merged = withAliases(request, [...(bundle.name ? [bundle.name] : []), ...(bundle.aliases ?? [])]);
  if (bundle.config || request.config) merged.config = { ...bundle.config, ...request.config };
  return { request: merged, path: file };
}

/** Of one of Grafana's: what is wrong with it is said when it is checked. */
export function asCandidate(request: PluginRequest, bundle: FoundBundle): Candidate {
  const path = bundle.executable ?? bundle.file;
  return { request: withAliases(request, bundle.aliases), path, bundle };
}

function withAliases(request: PluginRequest, others: readonly string[]): PluginRequest {
  const aliases = new Set([...(request.aliases ?? []), ...others]);
  aliases.delete(request.name);
  return { ...request, ...(aliases.size > 0 && { aliases: [...aliases] }) };
}

function libraryOf({ library }: Bundle, path: string, { platform, arch }: System): string {
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

async function checkBundle({ path, text, value }: JsonFile): Promise<Bundle> {
  if (text.length > maxBundleBytes) {
    throw wrong(path, undefined, 'the file is too large', {
      expected: `${maxBundleBytes} bytes`,
      found: `${text.length} characters`,
    });
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
      const near = nearest(key, bundleKeys);
      const known = `The keys are ${bundleKeys.join(', ')}.`;
      return problem(path, key, `it has no key ${key}`, {
        expected: bundleKeys.join(', '),
        found: key,
        remedy: near !== undefined ? `Did you mean ${near}? ${known}` : known,
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
