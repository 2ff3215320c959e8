/** FILE, FILE#NAME or FILE#NAME@MAJOR: the services of a module that a command is about. One rule for every command. */
import { existsSync } from 'node:fs';
import type { Service } from '../../services/schema/types.js';
import { servicesOf } from '../../services/serve/load.js';
import { usageError } from '../usage.js';

export interface Source {
  /** The module, absolute. */
  file: string;
  /** All that it exports, or those of the name. At least one. */
  services: Service[];
}

/**
 * Runs the module.
 *
 * @param resolve makes a path absolute
 * @throws MortiseError MORTISE_ERR_SERVICE_FILE, MORTISE_ERR_SERVICE_SCHEMA; MORTISE_ERR_USAGE for a name that
 *   it doesn't export
 */
export async function readSource(
  command: string,
  text: string,
  resolve: (path: string) => string,
): Promise<Source> {
  const { file, name } = parse(text, resolve);
  const all = await servicesOf(file);
  if (name === undefined) return { file, services: all };
  const services = all.filter((one) => one.name === name || `${one.name}@${one.major}` === name);
  if (services.length > 0) return { file, services };
  throw usageError(
    command,
    `${file} exports ${choicesOf(all)}`,
    `It has no ${name || 'service without a name'}.`,
  );
}

/** "shop.price_rule, shop.stock@1, shop.stock@2": what tells each of them from the others. */
export const choicesOf = (services: readonly Service[]): string =>
  services
    .map(({ name, major }) =>
      services.some((other) => other.name === name && other.major !== major) ? `${name}@${major}` : name,
    )
    .join(', ');

function parse(text: string, resolve: (path: string) => string): { file: string; name?: string } {
  const at = text.lastIndexOf('#');
  // Files and folders may have a # in their own names.
  if (at <= 0 || /[\\/]/.test(text.slice(at)) || existsSync(resolve(text))) return { file: resolve(text) };
  return { file: resolve(text.slice(0, at)), name: text.slice(at + 1) };
}
