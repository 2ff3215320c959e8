/** A driver's manifest: which library it is on which platform, and what an installer knew of it. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { isFile } from '../../../loader/directories.js';
import { listed } from '../../../messages/lists.js';
import { kindOf, SmallToml } from './toml.js';
import { tuplesOf } from './tuple.js';

export interface Manifest {
  path: string;
  name?: string;
  version?: string;
  publisher?: string;
  license?: string;
  url?: string;
  /** The interface's revision: "1.1.0". */
  adbc?: string;
  /** The function to start with. */
  entry?: string;
  /** The library for the platform that was asked about. Absolute, and there. */
  library: string;
}

/** What a manifest is read for. */
export interface System {
  platform: NodeJS.Platform;
  arch: string;
  isMusl: boolean;
}

type Texts = 'name' | 'version' | 'publisher' | 'license' | 'url';

/** @throws MortiseError MORTISE_ERR_ADBC_MANIFEST: a manifest that is there and wrong is no reason to look further */
export function readManifest(path: string, context: System): Manifest {
  const file = new SmallToml(path, 'MORTISE_ERR_ADBC_MANIFEST');
  const table = file.read();
  const { manifest_version: version = 1 } = table;
  if (version !== 1) {
    throw file.wrong('it is of a later version of manifests', {
      where: 'manifest_version',
      expected: '1, or none',
      found: kindOf(version),
      remedy: 'Upgrade mortise, or take a driver with a manifest of version 1.',
    });
  }
  const text = (where: string, value: unknown): string | undefined => {
    if (value === undefined || (typeof value === 'string' && value !== '' && !value.includes('\0')))
      return value;
    throw file.wrong(`${where} is not a text`, { where, expected: 'a text', found: kindOf(value) });
  };
  const section = (name: string): Record<string, unknown> => {
    const value = table[name] ?? {};
    if (kindOf(value) === 'a table') return value as Record<string, unknown>;
    throw file.wrong(`${name} is not a table`, { where: name, expected: `[${name}]`, found: kindOf(value) });
  };
  const driver = section('Driver');
  const texts = (['name', 'version', 'publisher', 'license', 'url'] as Texts[]).map((key) => [
    key,
    text(key, table[key]),
  ]);
  return {
    path,
    ...(Object.fromEntries(texts) as Partial<Record<Texts, string>>),
    adbc: text('ADBC.version', section('ADBC').version),
    entry: text('Driver.entrypoint', driver.entrypoint),
    library: libraryOf(file, driver.shared, text, context),
  };
}

function libraryOf(
  file: SmallToml,
  shared: unknown,
  text: (where: string, value: unknown) => string | undefined,
  { platform, arch, isMusl }: System,
): string {
  const tuples = tuplesOf(platform, arch, isMusl);
  const isTable = kindOf(shared) === 'a table';
  const entries = isTable ? (shared as Record<string, unknown>) : {};
  const key = isTable ? tuples.find((tuple) => Object.hasOwn(entries, tuple)) : undefined;
  if (isTable && key === undefined) {
    throw file.wrong(`it has no library for ${tuples[0]}`, {
      where: 'Driver.shared',
      expected: tuples[0],
      found: listed(Object.keys(entries)) || 'none',
      remedy: `Install the driver for ${tuples[0]}.`,
    });
  }
  const where = key === undefined ? 'Driver.shared' : `Driver.shared.${key}`;
  const given = text(where, key === undefined ? shared : entries[key]);
  if (given === undefined) {
    throw file.wrong('it names no library', {
      where: 'Driver.shared',
      expected: 'a path, or a table of paths by platform',
      found: 'nothing',
      remedy:
        'Write [Driver] shared = "/path/to/the/library". If it is not the manifest of a driver, name another file.',
    });
  }
  const path = isAbsolute(given) ? given : resolve(dirname(file.path), given);
  if (isFile(path)) return path;
  throw file.wrong('the library that it names does not exist', {
    where,
    expected: path,
    found: 'no such file',
    remedy:
      'Install the driver again, or correct the path: a relative one counts from the manifest’s directory.',
  });
}
