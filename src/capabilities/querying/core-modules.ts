/** Data sources that modules export. */
import { pathToFileURL } from 'node:url';
import { MortiseError } from '../../errors.js';
import { type CoreSource, isCoreSource } from './define.js';

/** Runs the files. @throws MortiseError MORTISE_ERR_QUERY_DEFINITION */
export async function coreSourcesIn(paths: readonly string[]): Promise<CoreSource[]> {
  const all: CoreSource[] = [];
  for (const path of paths) {
    const refuse = (message: string, found: string, cause?: unknown) =>
      new MortiseError(
        {
          code: 'MORTISE_ERR_QUERY_DEFINITION',
          message,
          subject: path,
          expected: 'a module that exports what defineDataSource gives back',
          found,
          remedy: 'Correct the path or the module, or take it out of `core`.',
        },
        { cause },
      );
    let exported: Record<string, unknown>;
    try {
      exported = await import(pathToFileURL(path).href);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      throw refuse('it cannot be loaded', found.split('\n')[0] as string, error);
    }
    const found = Object.values(exported).filter(isCoreSource);
    if (found.length === 0)
      throw refuse('it exports no data source', `exports: ${Object.keys(exported).join(', ') || 'none'}`);
    all.push(...found);
  }
  return [...new Set(all)];
}
