/** Data sources that are written in TypeScript: core plugins. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { DataSource, DataSourceSettings } from './source.js';

/** One data source of a core plugin: what `open` gives for its settings. */
export interface CoreInstance extends Omit<DataSource, 'carrier' | 'cancels' | 'open'> {
  /** Called once nothing of it runs any more: its settings changed, or the host closes. */
  close?(): void | Promise<void>;
}

export interface CoreDefinition {
  /** As plugins have it: letters, digits, `.`, `_` and `-`. */
  name: string;
  version?: string;
  aliases?: readonly string[];
  /**
   * Makes what answers for one data source. Called for the first call with these settings, and again when they have
   * changed.
   */
  open(settings: DataSourceSettings): CoreInstance | Promise<CoreInstance>;
}

/** For `Host.open({ querying: { core: [defineDataSource(…)] } })`. */
export interface CoreSource extends Readonly<Required<CoreDefinition>> {}

const brand = Symbol.for('mortise.CoreSource');

/** True for what `defineDataSource` made, in whichever copy of the package. */
export const isCoreSource = (value: unknown): value is CoreSource =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * A plugin in the process, written in TypeScript. What needs no settings is given as it is; what does is a function.
 * ```
 * const random = defineDataSource({
 *   name: 'random',
 *   query: ({ queries }) => new Map(queries.map(({ refId }) => [refId, { refId, frames: [frame] }])),
 * });
 * await using host = await Host.open({ querying: { core: [random] } });
 * ```
 * @throws MortiseError MORTISE_ERR_QUERY_DEFINITION
 */
export function defineDataSource(
  definition: CoreDefinition | (Omit<CoreDefinition, 'open'> & CoreInstance),
): CoreSource {
  const refuse = (where: string, expected: string, found: unknown) =>
    new MortiseError({
      code: 'MORTISE_ERR_QUERY_DEFINITION',
      message: `${where} must be ${expected}`,
      subject: typeof definition?.name === 'string' ? definition.name : 'defineDataSource',
      where,
      expected,
      found: shown(found),
      remedy: 'See docs/querying.md for what a data source has.',
    });
  if (typeof definition !== 'object' || definition === null)
    throw refuse('the definition', 'an object with name and query', definition);
  const { name, version = '0.0.0', aliases = [] } = definition;
  if (typeof name !== 'string' || !namePattern.test(name))
    throw refuse('name', 'letters, digits, ".", "_" and "-", at most 128', name);
  if (typeof version !== 'string') throw refuse('version', 'a string', version);
  if (!Array.isArray(aliases) || !aliases.every((alias) => typeof alias === 'string'))
    throw refuse('aliases', 'a list of strings', aliases);
  const open = 'open' in definition ? definition.open : opens(definition);
  if (typeof open !== 'function') throw refuse('query', 'a function, or open one that gives it', open);
  const source = { name, version, aliases: [...aliases], open };
  Object.defineProperty(source, brand, { value: true });
  return Object.freeze(source);
}

/** What answers for any settings. */
function opens(instance: CoreInstance): (() => CoreInstance) | undefined {
  return typeof instance.query === 'function' ? () => instance : undefined;
}
