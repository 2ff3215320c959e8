/** One plugin of a host, as its embedder sees it: who it is, where it stands, and why it isn't ready. */
import type { PluginRequest } from '../config/value.js';
import type { MortiseError } from '../errors.js';
import type { CheckResult, Identity, PluginState, ServiceNeed } from '../loader/record.js';
import type { Offers, ProcessFacts } from '../loader/running.js';
import type { BundleFacts, SignatureState } from './bundle.js';
import type { PluginRecord } from './record.js';

/** A plugin of a host. What it says changes as the plugin does. */
export interface Plugin {
  /** `name@version`; the requested name while the file hasn't said who it is. */
  readonly id: string;
  /** As the file says; the requested name while it hasn't. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** Undefined while the file hasn't said it. */
  readonly version: string | undefined;
  /** The family that it belongs to. */
  readonly dialect: string | undefined;
  /** The file that it was read from. The library that runs is a private copy. */
  readonly path: string | undefined;
  /** Of the file, and of the copy that runs; lower-case hex. */
  readonly sha256: string | undefined;
  readonly state: PluginState;
  /** Why it isn't ready. */
  readonly error: MortiseError | undefined;
  /** What was checked, warnings after loading included. */
  readonly checks: readonly CheckResult[];
  /** Services that it needs. */
  readonly requires: readonly ServiceNeed[];
  /** Services that it says it provides. */
  readonly provides: Identity['provides'];
  /**
   * What it can be asked, by capability: `plugin.offers.passwords?.validate({ user, password })`. Empty unless it is
   * ready, or is a program, which is started again when it ends. What was taken from it throws MORTISE_ERR_PLUGIN_FUNCTION once the plugin has stopped.
   */
  readonly offers: Offers;
  /** Its process, when it has one of its own. */
  readonly process: ProcessFacts | undefined;
  /** When it came as a bundle from a source, or as one of Grafana's. */
  readonly bundle: BundleFacts | undefined;
  /**
   * Whether it is what its author signed, or, for other plugins, what mortise.lock has: then `valid`, `modified`, or
   * `unsigned` where it isn't listed. Undefined where nothing says.
   */
  readonly signature: SignatureState | undefined;
  /** The host doesn't open without it. */
  readonly required: boolean;
  /** What was asked for, with what a bundle adds. */
  readonly request: PluginRequest;
  /** What JSON.stringify shows. */
  toJSON(): PluginRecord;
}
