/** Checks files as a host does before it loads them. Nothing of a file runs, unless `load` asks for it. */
import type { FileReport } from './file.js';
import type { VerifierOptions } from './verifier.js';

export interface VerifyOptions extends Omit<VerifierOptions, 'config'> {
  /** A mortise.toml, which describes the host that the files must fit. Default: a host without options. */
  config?: string;
}

/**
 * Reports on files: what they are, and each check with its verdict.
 * ```
 * const { status, checks } = await verify('plugins/libtenant_router.so');
 * ```
 * Several at once may need each other's services. What is wrong with a file is in its report, never thrown.
 *
 * @param paths shared libraries, or directories of bundles; `[]`: all that the configuration names and its sources hold
 * @returns a report for each of them, in their order
 * @throws MortiseError MORTISE_ERR_CONFIG_*, MORTISE_ERR_PARSER_PACKAGE, MORTISE_ERR_ADDON, MORTISE_ERR_SERVICE_FILE,
 *   MORTISE_ERR_TARGET, MORTISE_ERR_LOCK_MISSING, MORTISE_ERR_LOCK_INVALID, MORTISE_ERR_LOCK_SCHEMA;
 *   with `load` also MORTISE_ERR_COPY_FAILED, MORTISE_ERR_FILES_DIRECTORY
 */
export async function verify(path: string, options?: VerifyOptions): Promise<FileReport>;
export async function verify(paths: readonly string[], options?: VerifyOptions): Promise<FileReport[]>;
export async function verify(
  given: string | readonly string[],
  { config: file, ...options }: VerifyOptions = {},
): Promise<FileReport | FileReport[]> {
  const paths = typeof given === 'string' ? [given] : given;
  const config = file === undefined ? undefined : await readConfig(file);
  // A host checks plugins without it.
  const { createVerifier } = await import('./verifier.js');
  const verifier = await createVerifier(paths, { ...options, config });
  const reports: FileReport[] = [];
  for (const one of paths.length > 0 ? paths : verifier.configured())
    reports.push(typeof one === 'string' ? await verifier.verify(one) : one);
  return typeof given === 'string' ? (reports[0] as FileReport) : reports;
}

/** Only with a configuration: its schema library takes long to load. */
async function readConfig(path: string) {
  const { readConfiguration } = await import('../host/configuration.js');
  return readConfiguration(path);
}
