/** What a new plugin has when it provides a service. */

import { fileName, writeC, writeRust } from '../../services/generate/index.js';
import { writePluginC, writeTestC } from '../../services/generate/plugin-c.js';
import { writePluginRust } from '../../services/generate/plugin-rust.js';
import type { Service } from '../../services/schema/types.js';
import { usageError } from '../usage.js';
import { choicesOf, readSource } from './source.js';

export interface ServiceFiles {
  /** The module that exports the service. */
  source: string;
  values: Record<string, string>;
  files: { to: string; text: string }[];
}

/**
 * @param text FILE or FILE#NAME
 * @param resolve makes a path absolute
 * @throws MortiseError MORTISE_ERR_SERVICE_FILE, MORTISE_ERR_SERVICE_SCHEMA, MORTISE_ERR_USAGE
 */
export async function serviceFiles(
  text: string,
  resolve: (path: string) => string,
  plugin: string,
  language: 'c' | 'rust',
): Promise<ServiceFiles> {
  const { file, services } = await readSource('mortise new', text, resolve);
  const [service, another] = services as [Service, Service?];
  if (another) {
    throw usageError(
      'mortise new',
      `${file} exports ${choicesOf(services)}`,
      service.name === another.name
        ? 'Say which: --service FILE#NAME@MAJOR.'
        : 'Say which: --service FILE#NAME.',
    );
  }
  const header = fileName(service, language);
  const files =
    language === 'c'
      ? [
          { to: header, text: writeC(service) },
          { to: 'plugin.c', text: writePluginC(plugin, service) },
          { to: 'test.c', text: writeTestC(service) },
        ]
      : [
          { to: `src/${header}`, text: writeRust(service) },
          { to: 'src/lib.rs', text: writePluginRust(service) },
        ];
  const { name, major, minor, functions } = service;
  const [first = ''] = Object.keys(functions);
  return {
    source: file,
    files,
    values: { service: name, version: `${major}.${minor}`, header, function: first },
  };
}
