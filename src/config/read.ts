/** `mortise.toml` from the disk to a typed record. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { MortiseError, type Problem } from '../errors.js';
import { inCamelCase } from './camel-case.js';
import { isDeeper, maxDepth } from './depth.js';
import { isPath } from './is-path.js';
import { lockFor } from './names.js';
import { positionAt } from './positions.js';
import { place, problemsOf } from './problems.js';
import type { Config, SourcesSection } from './record.js';
import { type ParsedFile, type Sections, schemaOf } from './schema.js';

/**
 * Reads and checks a configuration file.
 *
 * Relative paths in it (`search`, `services`, `files`, `private_directory`, and plugin names with a slash) count from the
 * file's own directory, so that a host finds the same plugins whatever directory it was started in.
 * Integers that a JavaScript number can't hold exactly arrive as bigint.
 *
 * @param path relative to the working directory, or absolute; error messages repeat it as given
 * @param sections the tables that capabilities add; any other is unknown
 * @throws MortiseError MORTISE_ERR_CONFIG_MISSING when there is no such file or it can't be read,
 *   MORTISE_ERR_CONFIG_SYNTAX when it isn't TOML, MORTISE_ERR_CONFIG_KEY and MORTISE_ERR_CONFIG_TYPE for
 *   what the schema doesn't know: all of them at once, in `problems`, each with its line
 */
export async function readConfig(path: string, sections: Sections = {}): Promise<Config> {
  const text = decode(await readBytes(path), path);
  const document = parseToml(text, path);
  // A plugin's config lies in its table, in the list of plugins, in the document.
  if (isDeeper(document, maxDepth + 3)) {
    throw new MortiseError({
      code: 'MORTISE_ERR_CONFIG_TYPE',
      message: `tables and lists in it are nested more than ${maxDepth} deep`,
      subject: path,
      expected: `at most ${maxDepth}, in a plugin’s config`,
      found: 'more',
      remedy: 'Write a flatter configuration: a plugin cannot read a deeper one.',
    });
  }
  const schema = schemaOf(sections);
  const result = schema.file.safeParse(document);
  if (!result.success) {
    const problems = await problemsOf(result.error.issues, path, text, document, schema.keys);
    throw new MortiseError(problems as [Problem, ...Problem[]]);
  }
  const { host, sources, plugins, ...others } = result.data;
  const folder = dirname(resolve(path));
  return {
    path: resolve(path),
    host: {
      search: host.search.map((directory) => resolve(folder, directory)),
      services: host.services.map((module) => resolve(folder, module)),
      files: Object.fromEntries(
        Object.entries(host.files).map(([name, given]) => {
          const { path, write } = typeof given === 'string' ? { path: given } : given;
          return [name, { path: resolve(folder, path), write }];
        }),
      ),
      parser: host.parser,
      strict: host.strict,
      strictPermissions: host.strict_permissions,
      toolchain: host.toolchain,
      lock: lockFor(resolve(path), host.lock),
      privateDirectory: host.private_directory && resolve(folder, host.private_directory),
    },
    ...(sources && { sources: sourcesIn(sources, folder) }),
    capabilities: Object.fromEntries(
      Object.entries(others).flatMap(([name, table]) => (table ? [[name, inCamelCase(table)]] : [])),
    ),
    plugins: plugins.map((plugin) => ({
      ...plugin,
      name: isPath(plugin.name) ? resolve(folder, plugin.name) : plugin.name,
    })),
  };
}

function sourcesIn(
  { core, bundled, external, trust, ...said }: NonNullable<ParsedFile['sources']>,
  folder: string,
): SourcesSection {
  const absolute = (paths: string[] | undefined) => paths?.map((path) => resolve(folder, path));
  const isText = (key: string) => key.trimStart().startsWith('-----BEGIN ');
  const { signed, unsigned, root_url: rootUrl, grafana_version: grafanaVersion, ...others } = said;
  // A key that is added to [sources] and forgotten here does not compile.
  others satisfies Record<string, never>;
  return {
    core: absolute(core),
    bundled: absolute(bundled),
    external: absolute(external),
    signed,
    unsigned,
    trust: trust?.map((key) => (isText(key) ? key : resolve(folder, key))),
    rootUrl,
    grafanaVersion,
  };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_CONFIG_MISSING',
        message:
          code === 'ENOENT'
            ? 'there is no such file'
            : code === 'EISDIR'
              ? 'that is a directory, not a file'
              : message,
        subject: path,
        remedy: 'Write the file, or name another one; docs/configuration.md has an example.',
      },
      { cause: error },
    );
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    // What precedes the first bad byte decodes to itself, so the first replacement marks the place.
    const offset = bytes.toString('utf8').indexOf('\ufffd');
    throw syntaxError(
      path,
      'the bytes here are not UTF-8',
      place(positionAt(bytes.toString(), offset)),
      cause,
    );
  }
}

function parseToml(text: string, path: string): TomlTable {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The parser's message goes on with a picture of the line; the place says as much.
    const message = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? error.message;
    throw syntaxError(path, message, place(error), error);
  }
}

function syntaxError(
  subject: string,
  message: string,
  where: string | undefined,
  cause: unknown,
): MortiseError {
  const remedy = 'https://toml.io describes the format.';
  return new MortiseError({ code: 'MORTISE_ERR_CONFIG_SYNTAX', message, subject, where, remedy }, { cause });
}
