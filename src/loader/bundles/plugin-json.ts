/** A plugin.json as Grafana's plugins have it: what a host needs of it, checked. */
import { MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type JsonFile, placesIn, wrongKey } from './json.js';
import { type BundleType, bundleTypes } from './record.js';

/** Keys that count for nothing here pass as they are. */
export interface PluginJson {
  id: string;
  type: BundleType;
  name?: string | null;
  aliasIDs?: string[] | null;
  backend?: boolean | null;
  executable?: string | null;
  info?: { version?: string | null } | null;
  dependencies?: {
    grafanaDependency?: string | null;
    plugins?: { id: string; version?: string | null }[] | null;
  } | null;
}

/** Whether it is one of Grafana's, not mortise's own, which names a library. */
export function isPluginJson(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'library')) return false;
  return Object.hasOwn(value, 'id') || Object.hasOwn(value, 'type');
}

/** What a registry can find by: no path, no `name@version`. */
const idForm = /^[A-Za-z0-9][\w.-]{0,127}$/;

/** @throws MortiseError MORTISE_ERR_BUNDLE: all that is wrong, each with its line */
export async function checkPluginJson(file: JsonFile): Promise<PluginJson> {
  const result = (await schema()).safeParse(file.value);
  if (result.success) return result.data as PluginJson;
  const placeOf = await placesIn(file);
  const problems = result.error.issues.map(({ path }): Problem => {
    const value = path.reduce<unknown>(
      (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
      file.value,
    );
    const key = path.map(String).join('.');
    const expected = expectation(path);
    const isMissing = value === undefined;
    return wrongKey(file.path, key, isMissing ? placeOf(path.slice(0, -1)) : placeOf(path), {
      message: isMissing ? 'is missing' : `must be ${expected}`,
      expected,
      found: isMissing ? 'nothing' : shown(value),
      remedy: isMissing ? `Add ${key}.` : `Correct ${key || 'the file'}.`,
    });
  });
  throw new MortiseError(problems as [Problem, ...Problem[]], { cause: result.error });
}

function expectation(path: readonly PropertyKey[]): string {
  const [first, second, third] = path;
  if (first === undefined) return 'an object';
  if (first === 'type') return `one of ${bundleTypes.join(', ')}`;
  if (first === 'backend') return 'true or false';
  if (first === 'aliasIDs') return second === undefined ? 'a list of ids' : 'an id';
  if (first === 'id' || third !== undefined)
    return 'a name of letters, digits, dots and hyphens, at most 128';
  if (second === 'plugins') return 'a list of { id, version }';
  if (second === undefined && (first === 'info' || first === 'dependencies')) return 'an object';
  return 'a string';
}

/** zod costs more than all else at the start: loaded with the first bundle. */
let made: ReturnType<typeof makeSchema> | undefined;

function schema() {
  made ??= makeSchema();
  return made;
}

async function makeSchema() {
  const { z } = await import('zod');
  const id = z.string().regex(idForm);
  const text = z.string().max(4096).nullish();
  return z.looseObject({
    id,
    type: z.enum(bundleTypes),
    name: text,
    aliasIDs: z.array(id).nullish(),
    backend: z.boolean().nullish(),
    executable: text,
    info: z.looseObject({ version: text }).nullish(),
    dependencies: z
      .looseObject({
        grafanaDependency: text,
        plugins: z.array(z.looseObject({ id, version: text })).nullish(),
      })
      .nullish(),
  });
}
