/** A plugin as a directory: its plugin.json names the library for each platform. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ZodType } from 'zod';
import { isDeeper, maxDepth } from '../config/depth.js';
import type { ConfigTable, ConfigValue, PluginRequest } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { listed } from '../messages/lists.js';
import { nearest } from '../messages/nearest.js';
import { isFile, list, look } from './directories.js';
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
 * What the request means by the bundle at `path`, a plugin.json.
 *
 * @throws MortiseError MORTISE_ERR_BUNDLE
 */
export async function fromBundle(request: PluginRequest, path: string, system: System): Promise<Candidate> {
  const bundle = await readBundle(path);
  const library = libraryOf(bundle, path, system);
  const file = resolve(dirname(path), library);
  if (!isFile(file)) {
    throw wrong(path, 'library', 'the library that it names does not exist', {
      expected: file,
      found: listed(list(dirname(file)).filter((name) => isLibrary(name, system))) || 'no library there',
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

async function readBundle(path: string): Promise<Bundle> {
  const size = look(path)?.size ?? 0;
  if (size > maxBundleBytes) {
    throw wrong(path, undefined, 'the file is too large', {
      expected: `${maxBundleBytes} bytes`,
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
  if (isDeeper(value, maxDepth + 1)) {
    throw wrong(path, 'config', `lists and tables in it are nested more than ${maxDepth} deep`, {
      expected: `at most ${maxDepth}`,
      found: 'more',
      remedy: 'Write a configuration that a plugin can read.',
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
