/** A plugin.json of mortise's own: what each key may hold, as a check and as a JSON Schema. */
import type { ZodType } from 'zod';
import type { ConfigTable, ConfigValue } from '../../config/value.js';
import { MortiseError, type Problem } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import { shown } from '../../messages/shown.js';
import { platforms } from '../target/platforms.js';
import { type JsonFile, placesIn, wrongKey } from './json.js';

/** A native plugin as a directory: its library for each platform, and what people and tools know of it. */
export interface OwnJson {
  name?: string;
  /** Semantic version. */
  version?: string;
  description?: string;
  /** SPDX expression. */
  license?: string;
  author?: string;
  homepage?: string;
  /** A path from the file's directory, or one for each platform. */
  library: string | Record<string, string>;
  /** To start from; a host's configuration goes over it, key by key. */
  config?: ConfigTable;
  aliases?: string[];
  permissions?: Permissions;
  /** Further files and directories that `mortise pack` takes, by path from the file's directory. */
  include?: string[];
  /** By path from the file's directory, with slashes: SHA-256, lower-case hex. `mortise pack` writes it. */
  files?: Record<string, string>;
  /** The npm package that brings the library of a platform. `mortise pack --npm` writes it. */
  packages?: Record<string, string>;
}

/** What a plugin asks for, for who decides whether to add it. Of these a host holds it to `files`. */
export interface Permissions {
  /** Directories of `[host.files]` by name, and whether it writes there. */
  files?: Record<string, 'read' | 'write'>;
  /** Variables that it reads. */
  environment?: string[];
  /** Hosts that it connects to, or `*`. */
  network?: string[];
  /** Programs that it starts. */
  programs?: string[];
}

/** What tells it from one of Grafana's. */
export const ownKey = 'library';
/** Longer text is no description. */
const maxText = 4096;
const maxFiles = 10_000;

/** As npm and the registry of plugins take it. */
const nameForm = /^[A-Za-z0-9][\w.-]{0,127}$/;
/** As semver.org gives it. */
const versionForm =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
/** With or without a scope, as npm takes them. */
const packageForm = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;

/** @throws MortiseError MORTISE_ERR_BUNDLE: all that is wrong, each with its line */
export async function checkOwnJson(file: JsonFile): Promise<OwnJson> {
  const result = (await schema()).safeParse(file.value);
  if (result.success) return result.data as OwnJson;
  const placeOf = await placesIn(file);
  const problems = result.error.issues.flatMap((issue) => problemsOf(file, issue as Issue, placeOf));
  throw new MortiseError(problems as [Problem, ...Problem[]], { cause: result.error });
}

/** The published one: schemas/plugin.schema.json. */
export async function ownJsonSchema(): Promise<object> {
  const { z } = await import('zod');
  const { $schema, ...body } = z.toJSONSchema(await schema(), { target: 'draft-7', io: 'input' });
  return {
    $schema,
    title: 'plugin.json of a native plugin for mortise',
    description: 'docs/publish.md explains each key.',
    ...body,
  };
}

/** zod costs more than all else at the start: loaded with the first bundle. */
let made: ReturnType<typeof makeSchema> | undefined;

function schema() {
  made ??= makeSchema();
  return made;
}

async function makeSchema() {
  const { z } = await import('zod');
  const text = z.string().min(1).max(maxText);
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
  const platform = z.enum(platforms as [string, ...string[]]);
  const names = z.array(text).max(1000);
  return z.strictObject({
    $schema: text.optional().describe('For editors: the path or address of this schema.'),
    name: z.string().regex(nameForm).optional().describe("The plugin's name, as its library has it."),
    version: z.string().regex(versionForm).optional().describe('Semantic version, as the library has it.'),
    description: text.optional().describe('One line for people.'),
    license: text.optional().describe('An SPDX expression, such as "MIT OR Apache-2.0".'),
    author: text.optional(),
    homepage: text.optional(),
    library: z
      .union([text, z.partialRecord(platform, text)])
      .describe('The library, or one for each platform: paths from the directory of this file.'),
    config: z.record(z.string(), value).optional().describe("Settings to start from; a host's go over them."),
    aliases: names.optional().describe('Further names under which a host finds the plugin.'),
    permissions: z
      .strictObject({
        files: z
          .record(z.string(), z.enum(['read', 'write']))
          .optional()
          .describe('Directories of [host.files] by name. A host gives no others.'),
        environment: names.optional().describe('Variables that it reads.'),
        network: names.optional().describe('Hosts that it connects to, or "*".'),
        programs: names.optional().describe('Programs that it starts.'),
      })
      .optional()
      .describe('What the plugin asks for, for who decides whether to add it.'),
    include: names
      .optional()
      .describe('Further files and directories that `mortise pack` takes, by path from the directory.'),
    files: z
      .record(text, z.string().regex(/^[0-9a-f]{64}$/))
      .refine((files) => Object.keys(files).length <= maxFiles, `at most ${maxFiles} files`)
      .optional()
      .describe('SHA-256 of each file of the bundle. `mortise pack` writes it.'),
    packages: z
      .partialRecord(platform, z.string().regex(packageForm))
      .optional()
      .describe('The npm package that brings the library of a platform. `mortise pack --npm` writes it.'),
  });
}

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  errors?: Issue[][];
}

type PlaceOf = (path: readonly PropertyKey[]) => string | undefined;

const topKeys = [
  'name',
  'version',
  'description',
  'license',
  'author',
  'homepage',
  'library',
  'config',
  'aliases',
  'permissions',
  'include',
  'files',
  'packages',
];
const permissionKeys = ['files', 'environment', 'network', 'programs'];

function problemsOf(file: JsonFile, issue: Issue, placeOf: PlaceOf): Problem[] {
  // Of what may be a path or a table, the table's faults are those of somebody who wrote a table.
  const path = issue.path.map(String);
  const value = valueAt(file.value, issue.path);
  if (issue.code === 'invalid_union' && isTable(value) && issue.errors) {
    const inside = issue.errors.flat().filter(({ path, keys }) => path.length > 0 || keys);
    if (inside.length > 0)
      return inside.flatMap((one) =>
        problemsOf(file, { ...one, path: [...issue.path, ...one.path] }, placeOf),
      );
  }
  if (issue.code === 'unrecognized_keys' && issue.keys)
    return issue.keys.map((key) => unknownKey(file, path, key, placeOf([...issue.path, key])));
  const key = path.join('.');
  const isMissing = value === undefined;
  const expected = expectation(issue);
  return [
    wrongKey(file.path, key, placeOf(issue.path), {
      message: isMissing ? 'is missing' : `must be ${expected}`,
      expected,
      found: isMissing ? 'nothing' : shown(value),
      remedy: remedyFor(path[0] ?? ''),
    }),
  ].map((problem) => ({ ...problem, where: key || problem.where }));
}

function unknownKey(file: JsonFile, path: string[], key: string, at: string | undefined): Problem {
  const [top] = path;
  const isPlatform = top === 'library' || top === 'packages';
  const known = isPlatform ? platforms : top === 'permissions' ? permissionKeys : topKeys;
  const meant = nearest(key, known);
  const isGrafana = path.length === 0 && (key === 'id' || key === 'type');
  const problem = wrongKey(file.path, key, at, {
    message: isPlatform ? 'is not a platform' : 'is not a key of it',
    expected: isPlatform ? 'linux-ARCH[-glibc|-musl], darwin-ARCH or win32-ARCH' : known.join(', '),
    found: key,
    remedy: isGrafana
      ? `With ${ownKey} the file is mortise's own, and without it Grafana's: take one of the two out.`
      : meant !== undefined
        ? `Did you mean ${meant}?${isPlatform ? '' : ` The keys are ${known.join(', ')}.`}`
        : isPlatform
          ? 'Name a platform as Node.js does: linux-x64, linux-x64-musl, darwin-arm64, win32-x64.'
          : `The keys are ${known.join(', ')}.`,
  });
  return { ...problem, where: [...path, key].join('.') };
}

function expectation({ path, message, code }: Issue): string {
  const [first, second] = path.map(String);
  if (first === undefined) return 'an object';
  if (first === 'version') return 'a semantic version, such as 1.2.0';
  if (first === 'name') return 'a name of letters, digits, dots, hyphens and _, at most 128';
  if (first === 'library') return second === undefined ? 'a path, or a table of paths by platform' : 'a path';
  if (first === 'packages') return 'the name of an npm package';
  if (first === 'files' && second !== undefined) return 'a SHA-256, 64 lower-case hexadecimal digits';
  if (first === 'aliases') return 'a list of names';
  if (first === 'include') return 'a list of paths';
  if (first === 'permissions') return second === 'files' ? '"read" or "write"' : 'a list of texts';
  if (first === 'config')
    return code === 'custom' ? `written otherwise. ${message}` : 'a value that TOML has';
  return `a text of 1 to ${maxText} characters`;
}

function remedyFor(key: string): string | undefined {
  const remedies: Record<string, string> = {
    '': 'Write an object: { "library": "libname.so" }.',
    library:
      'Write a path, or an object such as { "linux-x64": "libname.so", "darwin-arm64": "libname.dylib" }.',
    config: 'Write booleans, numbers, strings, and lists and tables of them.',
    aliases: 'Write a list of names.',
    name: 'Write a name.',
    version: 'Write major.minor.patch (semver.org).',
    files: 'Let `mortise pack` write it.',
  };
  return remedies[key] ?? `Correct ${key}.`;
}

const isTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    document,
  );
}
