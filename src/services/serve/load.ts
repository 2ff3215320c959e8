/** Finds the services that a JavaScript or TypeScript file exports. */
import { pathToFileURL } from 'node:url';
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { isService } from '../schema/define.js';
import type { Service } from '../schema/types.js';
import { type Implemented, isImplemented } from './implement.js';

/** How long a module may take to load. */
const limitMs = 30_000;

/**
 * Runs the file: a module with exports. Its definitions, sorted by name and major; each once.
 * @throws MortiseError MORTISE_ERR_SERVICE_FILE; MORTISE_ERR_SERVICE_SCHEMA when the file defines something else as a service
 */
export async function servicesOf(path: string): Promise<Service[]> {
  const services = await exportsOf(path, isService, {
    message: 'it exports no service',
    expected: 'a module that exports what defineService gives back',
    remedy: 'Export it: export const PriceRule = defineService(…).',
  });
  return services.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.major - b.major));
}

/**
 * Runs the files, one after the other. What they export that `implement` made, each once.
 * @throws MortiseError MORTISE_ERR_SERVICE_FILE, MORTISE_ERR_SERVICE_SCHEMA
 */
export async function implementedIn(paths: readonly string[]): Promise<Implemented[]> {
  const all: Implemented[] = [];
  for (const path of paths) {
    const found = await exportsOf(path, isImplemented, {
      message: 'it exports no service that is implemented',
      expected: 'a module that exports what implement gives back',
      remedy: 'Export it: export const stock = implement(Stock, { … }).',
    });
    all.push(...found);
  }
  return [...new Set(all)];
}

/** A module that waits for what never comes would end the process without a word. */
async function inTime(loading: Promise<Record<string, unknown>>): Promise<Record<string, unknown>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `it had not finished after ${limitMs / 1000} s`;
    timer = setTimeout(() => reject(new Error(message)), limitMs);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Wanting {
  message: string;
  expected: string;
  remedy: string;
}

async function exportsOf<Kind>(
  path: string,
  is: (value: unknown) => value is Kind,
  wanting: Wanting,
): Promise<Kind[]> {
  const { expected } = wanting;
  const refuse = (message: string, found: string, remedy: string, cause?: unknown) =>
    new MortiseError(
      { code: 'MORTISE_ERR_SERVICE_FILE', message, subject: path, expected, found, remedy },
      cause === undefined ? undefined : { cause },
    );
  let exported: Record<string, unknown>;
  try {
    exported = await inTime(import(pathToFileURL(path).href));
  } catch (error) {
    if (error instanceof MortiseError) throw error;
    const { code, message = shown(error) } = (error ?? {}) as NodeJS.ErrnoException;
    const isUnreadType = code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(path);
    // As `npm init` leaves a package: its .js files are CommonJS, and import is a syntax error there.
    const isCommonJs =
      error instanceof SyntaxError && /^Cannot use import statement|^Unexpected token 'export'/.test(message);
    throw refuse(
      isUnreadType ? `Node.js ${process.versions.node} cannot run TypeScript` : 'it cannot be loaded',
      message,
      isUnreadType
        ? 'Name the compiled file, or use Node.js 22.18 or later.'
        : isCommonJs
          ? 'Write "type": "module" into its package.json, or call the file .mjs.'
          : 'Correct the file, or the path.',
      error,
    );
  }
  const found = [...new Set(Object.values(exported).filter(is))];
  if (found.length > 0) return found;
  const names = Object.keys(exported);
  throw refuse(
    wanting.message,
    names.length > 0 ? `exports: ${names.join(', ')}` : 'no exports',
    wanting.remedy,
  );
}
