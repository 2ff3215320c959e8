/** A plugin as its host keeps it: what the loader learned, and what runs. Embedders see its `plugin`. */
import type { PluginRequest } from '../config/value.js';
import { isWarning, MortiseError, type Problem } from '../errors.js';
import { failed, warned } from '../loader/checks/result.js';
import type { CheckResult, Identity, PluginState } from '../loader/record.js';
import type { Running } from '../loader/running.js';
import { type BundleFacts, type SignatureState, signatureState } from './bundle.js';
import type { Plugin } from './plugin.js';
import { type PluginFacts, PluginView } from './view.js';

/** States that a plugin never leaves: nothing of it runs any more, or ever did. */
const final: ReadonlySet<PluginState> = new Set(['rejected', 'failed', 'stopped', 'decommissioned']);
/** What one plugin did wrong while it ran is kept up to here. */
const maxNoted = 100;

export class Entry implements PluginFacts {
  /** What the embedder gets. */
  readonly plugin: Plugin = new PluginView(this);
  request: PluginRequest;
  path: string | undefined;
  sha256: string | undefined;
  /** The id of its family. */
  dialect: string | undefined;
  identity: Identity | undefined;
  /** When it came as a bundle from one of the host's sources, or as one of Grafana's. */
  bundle: BundleFacts | undefined;
  checks: readonly CheckResult[] = [];
  /** Undefined unless it was started. */
  running: Running | undefined;
  readonly #changed: (entry: Entry) => void;
  #state: PluginState = 'discovered';
  #error: MortiseError | undefined;
  #noted = 0;

  /** @param changed called after each change of state */
  constructor(request: PluginRequest, changed: (entry: Entry) => void) {
    this.request = request;
    this.#changed = changed;
  }

  get name(): string {
    return this.identity?.name ?? this.request.name;
  }

  get state(): PluginState {
    return this.#state;
  }

  get error(): MortiseError | undefined {
    return this.#error;
  }

  get signature(): SignatureState | undefined {
    return signatureState(this.bundle, this.checks);
  }

  /** Keeps what it did wrong while it ran, as a check. */
  note(problem: Problem): void {
    if (++this.#noted > maxNoted) return;
    const check = isWarning(problem) ? warned('running', problem) : failed('running', problem);
    this.checks = [...this.checks, check];
  }

  /** Moves to another state; a final one is never left. */
  become(state: PluginState): void {
    if (this.#state === state || final.has(this.#state)) return;
    this.#state = state;
    this.#changed(this);
  }

  /** Takes leave: whatever it was before, it is not a plugin of the host any more. */
  leave(): void {
    if (this.#state === 'decommissioned') return;
    this.#state = 'decommissioned';
    this.#changed(this);
  }

  /** Moves to `state` because of these problems. */
  refuse(state: 'rejected' | 'failed', problems: readonly [Problem, ...Problem[]], cause?: unknown): void {
    this.#error = new MortiseError(problems, cause === undefined ? undefined : { cause });
    this.become(state);
  }
}
