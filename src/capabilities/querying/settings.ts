/** The settings of data sources: from `[querying.sources]`, or from what the embedder gives; stable until they change. */
import { inspect } from 'node:util';
import { MortiseError } from '../../errors.js';
import type { DataSourceSettings } from './source.js';

/** As `[querying.sources.NAME]` has them. */
export interface GivenSource extends GivenSettings {
  /** Which plugin answers: an id, a name or an alias. */
  plugin: string;
}

export interface GivenSettings {
  url?: string;
  user?: string;
  database?: string;
  basicAuth?: boolean;
  basicAuthUser?: string;
  /** What else it takes, in the plugin's own words. */
  options?: Readonly<Record<string, unknown>>;
  /** Passwords and keys; `{ env: 'NAME' }` reads a variable of the process. */
  secrets?: Readonly<Record<string, string | { env: string }>>;
  /** Default: when the host first saw them so. */
  updated?: Date;
}

/** Gives the same object for the same settings. */
export class SettingsBook {
  readonly #known = new Map<string, { said: string; settings: DataSourceSettings }>();

  /**
   * @param uid unique in the host
   * @throws MortiseError MORTISE_ERR_QUERY_SETTINGS
   */
  of(uid: string, type: string, given: GivenSettings): DataSourceSettings {
    const { updated, secrets = {}, ...plain } = given;
    const open = Object.fromEntries(
      Object.entries(secrets).map(([key, value]) => [key, secretOf(uid, key, value)]),
    );
    const said = JSON.stringify([type, plain, open, updated ?? null], (_, value) =>
      typeof value === 'bigint' ? `${value}n` : value,
    );
    const known = this.#known.get(uid);
    if (known?.said === said) return known.settings;
    const settings: DataSourceSettings = Object.freeze({
      id: idOf(uid),
      uid,
      name: uid,
      type,
      url: plain.url ?? '',
      user: plain.user ?? '',
      database: plain.database ?? '',
      basicAuth: plain.basicAuth ?? false,
      basicAuthUser: plain.basicAuthUser ?? '',
      options: plain.options ?? {},
      secrets: hidden(open),
      updated: updated ?? new Date(),
    });
    this.#known.set(uid, { said, settings });
    return settings;
  }
}

/** A number for plugins that count their data sources: from the name, so that it stays. */
function idOf(uid: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(uid)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash & 0x7fffffff || 1;
}

function secretOf(uid: string, key: string, value: string | { env: string }): string {
  if (typeof value === 'string') return value;
  const found = process.env[value.env];
  if (found !== undefined) return found;
  throw new MortiseError({
    code: 'MORTISE_ERR_QUERY_SETTINGS',
    message: `the variable ${value.env} is not set`,
    subject: uid,
    where: `secrets.${key}`,
    expected: `a secret in ${value.env}`,
    found: 'no such variable',
    remedy: 'Set it for the process, or name another.',
  });
}

/** Logs shouldn't have them. */
function hidden(secrets: Record<string, string>): Readonly<Record<string, string>> {
  Object.defineProperty(secrets, inspect.custom, {
    value: () =>
      `{ ${Object.keys(secrets)
        .map((key) => `${key}: …`)
        .join(', ')} }`,
  });
  return Object.freeze(secrets);
}
