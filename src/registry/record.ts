/** A plugin as plain data. */
import type { Problem } from '../errors.js';
import { type CheckRecord, checkRecord } from '../loader/checks/plain.js';
import type { CheckResult, Identity, PluginState, ServiceNeed } from '../loader/record.js';
import type { ProcessFacts } from '../loader/running.js';
import { named } from '../loader/service-fits.js';
import { type BundleFacts, type BundleRecord, bundleRecord, type SignatureState } from './bundle.js';

/** A plugin as plain data: what JSON.stringify and `mortise list --json` show. */
export interface PluginRecord {
  name: string;
  aliases: readonly string[];
  version: string | null;
  dialect: string | null;
  path: string | null;
  state: PluginState;
  /** Absent where it didn't come as a bundle. */
  bundle?: BundleRecord;
  /** Absent where neither a signature nor a lock file says anything. */
  signature?: SignatureState;
  /** Absent where it runs in the host's process. */
  process?: ProcessFacts;
  requires: string[];
  /** Services that it goes on without. */
  wants: string[];
  provides: string[];
  /** Why it is not ready, all reasons. */
  errors: readonly Problem[];
  /** What was only warned about. */
  warnings: CheckRecord[];
}

/** What a record is made of. */
interface Recorded {
  name: string;
  aliases: readonly string[];
  version: string | undefined;
  dialect: string | undefined;
  path: string | undefined;
  state: PluginState;
  bundle: BundleFacts | undefined;
  signature: SignatureState | undefined;
  process: ProcessFacts | undefined;
  requires: readonly ServiceNeed[];
  provides: Identity['provides'];
  error: { problems: readonly Problem[] } | undefined;
  checks: readonly CheckResult[];
}

export function pluginRecord(plugin: Recorded): PluginRecord {
  return {
    name: plugin.name,
    aliases: plugin.aliases,
    version: plugin.version ?? null,
    dialect: plugin.dialect ?? null,
    path: plugin.path ?? null,
    state: plugin.state,
    ...(plugin.bundle && { bundle: bundleRecord(plugin.bundle) }),
    ...(plugin.signature && { signature: plugin.signature }),
    ...(plugin.process && { process: plugin.process }),
    requires: plugin.requires.filter(({ optional }) => !optional).map(named),
    wants: plugin.requires.filter(({ optional }) => optional).map(named),
    provides: plugin.provides.map(named),
    errors: plugin.error?.problems ?? [],
    warnings: plugin.checks.filter(({ status }) => status === 'warn').map(checkRecord),
  };
}
