/** What a trial's child says to its parent, on a pipe of its own: plugins may print on the other two. */
import { createHash } from 'node:crypto';
import type { ConfigTable } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import type { Sources } from '../../loader/bundles/sources.js';
import type { CheckResult } from '../../loader/record.js';
import type { HostileCheck } from '../hostile/names.js';

/** In this order; `exit` is the end of the process, where destructors run. */
export type Step = 'load' | 'register' | 'init' | 'fini' | 'exit';

/** One line of JSON each, after the errand's secret and a blank. */
export type Message =
  /**
   * Written before the step is entered, so that the last one says where a plugin hangs or crashes. `entry` is what
   * runs of the plugin, when it has something for this step.
   */
  | { step: Step; entry?: string }
  /**
   * In a check of `mortise test`: what comes next, in a few words. It has time of its own. `call` says what the plugin is
   * asked for, until its next step: `routing`.
   */
  | { doing: string; call?: string }
  /** How such a check ended: that it passed, or why there was nothing to do. */
  | { passed: string }
  | { skipped: string }
  /** The family of the plugin, before it is loaded. */
  | { dialect: string | undefined }
  /** Why the step that was entered last failed. */
  | { problems: Problem[] }
  | { warnings: CheckResult[] }
  /** Names of the threads that still run; null where this system doesn't say. */
  | { threads: string[] | null }
  /** The host could not do its part; the plugin isn't to blame. */
  | { broken: { problems: readonly Problem[] } | string };

/** What the host in the child has of the configuration. */
export interface TrialHost {
  /** Modules whose implemented services it serves; absolute. */
  services?: readonly string[];
  files?: Record<string, { path: string; write?: boolean }>;
  parser?: 'none' | 'pg_query';
  strict?: boolean;
  /** What a bundle needs of them, for a trial of one. */
  sources?: Sources;
  /** The family of the plugin on trial, where its file doesn't say it. */
  dialect?: string;
}

/** A plugin that is there because the one on trial needs its services. */
export interface Provider {
  path: string;
  config?: ConfigTable;
}

/** What the child reads from stdin, serialized by `node:v8`. */
export interface Errand {
  /**
   * What the child's lines begin with. Not in the environment, where the plugin would find it and could speak in the
   * trial's name.
   */
  secret: string;
  path: string;
  config: ConfigTable;
  host: TrialHost;
  providers: readonly Provider[];
  /** What is done with the plugin, rather than to start and stop it once. */
  check?: HostileCheck;
  /** Where the host in the child makes its private copies. */
  privateDirectory: string;
}

/** Holds the trial's token, which is not a secret. All that descend from the child inherit it, and are recognised by it. */
export const tokenVariable = 'MORTISE_TRIAL';

/** The file descriptor of the pipe in the child. */
export const reportDescriptor = 3;

/** Written to stdout and stderr before the plugin is loaded: what comes before it is not the plugin's. */
export function outputMarker(secret: string): string {
  // Not the secret itself: who reads what a plugin's child printed can't speak in the trial's name.
  return `\0${createHash('sha256').update(secret).digest('hex')}\0`;
}
