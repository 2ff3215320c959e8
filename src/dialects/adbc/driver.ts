/** A driver that was started, and the databases that it opened. */

import { OpenDatabase } from '../../capabilities/querying/adbc/database.js';
import { flatOptions, type Options } from '../../capabilities/querying/adbc/values.js';
import type { Database, DatabaseOptions } from '../../capabilities/querying/database.js';
import type { ConfigTable } from '../../config/value.js';
import { MortiseError, type Problem } from '../../errors.js';
import type { NativeDriver } from '../../native/adbc.js';
import { readProfile } from './find/profile.js';
import { type Settings, settingsOf } from './settings.js';

/** What a driver's plugin offers beside `querying`. */
export interface AdbcDriver {
  /** ADBC's revision that it speaks: `1.1.0`. */
  readonly version: string;
  /** Functions of that revision that it lacks. */
  readonly missing: readonly string[];
  /**
   * Opens a database. What the plugin's configuration says holds where `options` say nothing.
   * @param name for messages
   * @throws MortiseError MORTISE_ERR_ADBC_OPTION, MORTISE_ERR_ADBC_PROFILE; DatabaseError
   */
  open(name: string, options?: DatabaseOptions): Promise<Database>;
}

declare module '../../loader/running.js' {
  interface Offers {
    adbc?: AdbcDriver;
  }
}

/** The file that a profile may lead to another driver than. */
export interface DriverFile {
  name: string;
  path: string;
}

export class StartedDriver implements AdbcDriver {
  readonly version: string;
  readonly missing: readonly string[];
  readonly #file: DriverFile;
  readonly #native: NativeDriver;
  readonly #config: Settings;
  readonly #open = new Set<OpenDatabase>();
  #isStopping = false;

  constructor(
    file: DriverFile,
    { driver, version, missing }: { driver: NativeDriver; version: number; missing: string[] },
    config: Settings,
  ) {
    this.#file = file;
    this.#native = driver;
    this.version = `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`;
    this.missing = missing;
    this.#config = config;
  }

  async open(name: string, given: DatabaseOptions = {}): Promise<OpenDatabase> {
    const { driver: _, options = {}, connectionOptions = {}, ...rest } = given;
    const { profile, ...own } = this.#config;
    const merged: Settings = { ...own, ...defined(rest) };
    const database = await OpenDatabase.open(this.#native, name, {
      options: Object.entries({
        ...(profile === undefined ? {} : this.#profile(profile)),
        ...flat(own.options, name, 'options'),
        ...flat(options, name, 'options'),
      }),
      connectionOptions: Object.entries({
        ...flat(own.connectionOptions, name, 'connectionOptions'),
        ...flat(connectionOptions, name, 'connectionOptions'),
      }),
      max: limit(name, 'connections', merged.connections ?? 4, 1, 1000),
      waitMs: limit(name, 'waitMs', merged.waitMs ?? 30_000, 0, 2 ** 31 - 1),
      closeMs: limit(name, 'closeMs', merged.closeMs ?? 5_000, 0, 2 ** 31 - 1),
    });
    this.#open.add(database);
    if (this.#isStopping) void this.#close(database);
    return database;
  }

  /** For a data source of its own: what the source says, above what the plugin's configuration does. */
  async openWith(name: string, config: ConfigTable, more: Options): Promise<OpenDatabase> {
    const { settings, problems } = settingsOf(config, name);
    const [first, ...rest] = problems;
    if (!settings) throw new MortiseError([first as Problem, ...rest]);
    const { profile, options, connectionOptions, ...others } = settings;
    return this.open(name, {
      ...others,
      options: {
        ...(profile === undefined ? {} : this.#profile(profile)),
        ...flat(options, name, 'options'),
        ...more,
      },
      connectionOptions: flat(connectionOptions, name, 'connection_options'),
    });
  }

  /** Begins to close what is open. @returns how much still is */
  settle(): number {
    this.#isStopping = true;
    for (const database of this.#open) void this.#close(database);
    return this.#open.size;
  }

  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  async #close(database: OpenDatabase): Promise<void> {
    await database.close().catch(() => {}); // whoever closes it hears why
    this.#open.delete(database);
  }

  #profile(name: string): Options {
    const { env, platform, arch } = process;
    const { path, driver, options } = readProfile(
      name,
      { cwd: process.cwd(), search: [], env, platform, arch },
      this.#config.find,
    );
    const fits = [undefined, this.#file.name, this.#file.path, this.#config.manifest];
    if (fits.includes(driver) || driver?.endsWith(`/${this.#file.name}.toml`)) return options;
    throw new MortiseError({
      code: 'MORTISE_ERR_ADBC_PROFILE',
      message: 'the profile is for another driver',
      subject: path,
      where: 'driver',
      expected: `driver = "${this.#file.name}"`,
      found: driver,
      remedy: `Name profile://… as the plugin, to load the profile’s driver.`,
    });
  }
}

function flat(given: object | undefined, subject: string, where: string): Options {
  const { options, bad } = flatOptions((given ?? {}) as Record<string, unknown>, process.env);
  const [first, ...rest] = bad.map(
    ({ where: key, ...problem }): Problem => ({
      code: 'MORTISE_ERR_ADBC_OPTION',
      subject,
      where: `${where}.${key}`,
      ...problem,
    }),
  );
  if (first) throw new MortiseError([first, ...rest]);
  return options;
}

function limit(subject: string, where: string, value: number, least: number, max: number): number {
  if (Number.isInteger(value) && value >= least && value <= max) return value;
  throw new MortiseError({
    code: 'MORTISE_ERR_ADBC_OPTION',
    message: `${where} must be an integer from ${least} to ${max}`,
    subject,
    where,
    expected: `an integer from ${least} to ${max}`,
    found: String(value),
  });
}

function defined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}
