/** Tries a plugin out in a child process of its own: the checks behind `mortise verify --load`. */
import { resolve } from 'node:path';
import type { ConfigTable } from '../config/value.js';
import type { CheckResult } from '../loader/record.js';
import type { Provider, TrialHost } from './trial/protocol.js';
import { report } from './trial/report.js';
import { runTrial } from './trial/run.js';

export interface TryOptions {
  /** From the load to the end of the process; then it is killed. */
  timeoutMs: number;
  /** The plugin's own. */
  config?: ConfigTable;
  /** What of a host's configuration the plugin may notice. */
  host?: TrialHost;
  /** Plugins whose services it needs, in the order in which they start. */
  providers?: readonly Provider[];
}

/**
 * Loads, registers, initialises and stops the plugin as a host does that has no other plugins than those it needs. A crash, a call
 * of `exit` and a hang end the child; they are failures of the step in which they happen.
 *
 * @returns checks `load`, `register`, `init`, `fini`, `output` and `threads`, and `exit` when ending failed
 * @throws MortiseError when the host could not do its part: MORTISE_ERR_ADDON, MORTISE_ERR_COPY_FAILED,
 *   MORTISE_ERR_FILES_DIRECTORY, MORTISE_ERR_SERVICE_FILE
 */
export async function tryPlugin(
  path: string,
  { timeoutMs, config = {}, host = {}, providers = [] }: TryOptions,
): Promise<CheckResult[]> {
  return report(await runTrial(resolve(path), { timeoutMs, config, host, providers }));
}
