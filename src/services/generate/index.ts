/** Writes headers and Rust modules for services. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifierOf } from '../schema/names.js';
import type { Service } from '../schema/types.js';
import { writeC } from './c.js';
import { writeRust } from './rust.js';

export { type Service, writeC, writeRust };

export type Language = 'c' | 'rust';

/** "shop_price_rule.h"; of major 2 "shop_price_rule2.h". */
export const fileName = (service: Service, language: Language): string =>
  `${identifierOf(service)}.${language === 'c' ? 'h' : 'rs'}`;

/**
 * Writes the files of a service to a directory, which is made when it isn't there. A file that is already as it
 * should be isn't touched, so that nothing is built again for it.
 * @returns the names of the files, whether written or not
 */
export function writeHeaders(service: Service, languages: readonly Language[], directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  return languages.map((language) => {
    const name = fileName(service, language);
    const text = language === 'c' ? writeC(service) : writeRust(service);
    if (read(join(directory, name)) !== text) writeFileSync(join(directory, name), text);
    return name;
  });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
