/** What an embedder holds of a plugin: it reads what the host knows, and can't change it. */
import { type InspectOptions, inspect } from 'node:util';
import type { PluginRequest } from '../config/value.js';
import type { MortiseError } from '../errors.js';
import type { CheckResult, Identity, PluginState } from '../loader/record.js';
import type { Offers, Running } from '../loader/running.js';
import type { BundleFacts, SignatureState } from './bundle.js';
import type { Plugin } from './plugin.js';
import { pluginRecord } from './record.js';

/** What the host knows of it. */
export interface PluginFacts {
  readonly name: string;
  readonly state: PluginState;
  readonly error: MortiseError | undefined;
  readonly request: PluginRequest;
  readonly path: string | undefined;
  readonly sha256: string | undefined;
  readonly dialect: string | undefined;
  readonly identity: Identity | undefined;
  readonly checks: readonly CheckResult[];
  readonly running: Running | undefined;
  readonly bundle: BundleFacts | undefined;
  readonly signature: SignatureState | undefined;
}

/** A program that has ended has only paused, or can be released. */
const offering: ReadonlySet<PluginState> = new Set(['ready', 'crashed', 'quarantined']);

const nothing: Offers = Object.freeze({});

/** A state that an embedder could set would lie. */
export class PluginView implements Plugin {
  readonly #facts: PluginFacts;

  constructor(facts: PluginFacts) {
    this.#facts = facts;
  }

  get id() {
    const { identity, request } = this.#facts;
    return identity ? `${identity.name}@${identity.version}` : request.name;
  }

  get name() {
    return this.#facts.name;
  }

  get aliases() {
    return (this.#facts.request.aliases ?? []).filter((alias) => alias !== this.name);
  }

  get version() {
    return this.#facts.identity?.version;
  }

  get dialect() {
    return this.#facts.dialect;
  }

  get path() {
    return this.#facts.path;
  }

  get sha256() {
    return this.#facts.sha256;
  }

  get state() {
    return this.#facts.state;
  }

  get error() {
    return this.#facts.error;
  }

  get checks() {
    return this.#facts.checks;
  }

  get requires() {
    return this.#facts.identity?.requires ?? [];
  }

  get provides() {
    return this.#facts.identity?.provides ?? [];
  }

  get offers() {
    return offering.has(this.#facts.state) ? (this.#facts.running?.offers ?? nothing) : nothing;
  }

  get process() {
    return this.#facts.running?.process;
  }

  get bundle() {
    return this.#facts.bundle;
  }

  get signature() {
    return this.#facts.signature;
  }

  get required() {
    return this.#facts.request.required ?? false;
  }

  get request() {
    return this.#facts.request;
  }

  toJSON() {
    return pluginRecord(this);
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { name, version, state, dialect, path, error } = this;
    const known = Object.entries({ name, version, state, dialect, path, error: error?.message });
    return `Plugin ${inspect(Object.fromEntries(known.filter(([, value]) => value !== undefined)), options)}`;
  }
}
