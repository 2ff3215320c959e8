/** What a new plugin has when it provides a service. */

import { fileName, writeC, writeRust } from '../../services/generate/index.js';
import { writePluginC, writeTestC } from '../../services/generate/plugin-c.js';
import { writePluginRust } from '../../services/generate/plugin-rust.js';
import { servicesOf } from '../../services/load.js';
import { usageError } from '../usage.js';

export interface ServiceFiles {
  /** The module that exports the service. */
  source: string;
  values: Record<string, string>;
  files: { to: string; text: string }[];
}

/**
 * @param source a module that exports the service
 * @param wanted the service's name; needed when there are several
 * @throws MortiseError MORTISE_ERR_SERVICE_FILE, MORTISE_ERR_SERVICE_SCHEMA, MORTISE_ERR_USAGE
 */
export async function serviceFiles(
  source: string,
  wanted: string | undefined,
  plugin: string,
  language: 'c' | 'rust',
): Promise<ServiceFiles> {
  const all = await servicesOf(source);
  const found = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  const [service] = found;
  if (!service || found.length > 1) {
    const names = [...new Set(all.map(({ name }) => name))].join(', ');
    throw usageError(
      'mortise new',
      `${source} exports ${names}`,
      service ? 'Say which: --service FILE#NAME.' : `It has no ${wanted}.`,
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
  return { source, files, values: { service: name, version: `${major}.${minor}`, header, function: first } };
}
