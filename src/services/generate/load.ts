/** Finds the services that a JavaScript or TypeScript file exports. */
import { pathToFileURL } from 'node:url';
import { MortiseError } from '../../errors.js';
import { isService } from '../schema/define.js';
import type { Service } from '../schema/types.js';

/**
 * Runs the file: a module with exports. Sorted by name and major; each once.
 * @throws MortiseError MORTISE_ERR_SERVICE_FILE; MORTISE_ERR_SERVICE_SCHEMA when the file defines what is no service
 */
export async function servicesOf(path: string): Promise<Service[]> {
  const refuse = (message: string, found: string, remedy: string, cause?: unknown) =>
    new MortiseError(
      {
        code: 'MORTISE_ERR_SERVICE_FILE',
        message,
        subject: path,
        expected: 'a module that exports what defineService gives back',
        found,
        remedy,
      },
      cause === undefined ? undefined : { cause },
    );
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof MortiseError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const isUnreadType = code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(path);
    throw refuse(
      isUnreadType ? `Node.js ${process.versions.node} cannot run TypeScript` : 'it cannot be loaded',
      message,
      isUnreadType
        ? 'Name the compiled file, or use Node.js 22.18 or later.'
        : 'Correct the file, or the path.',
      error,
    );
  }
  const services = [...new Set(Object.values(exported).filter(isService))];
  if (services.length === 0) {
    const names = Object.keys(exported);
    throw refuse(
      'it exports no service',
      names.length > 0 ? `exports: ${names.join(', ')}` : 'no exports',
      'Export it: export const PriceRule = defineService(…).',
    );
  }
  return services.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.major - b.major));
}
