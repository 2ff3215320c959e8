/** One plugin of a host, as its embedder sees it: who it is, where it stands, and why it isn't ready. */
import type { PluginRequest } from '../config/value.js';
import type { MortiseError } from '../errors.js';
import type { CheckResult, Identity, PluginState, ServiceNeed } from '../loader/record.js';
import type { Offers, Running } from '../loader/running.js';

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
   * ready. What was taken from it throws MORTISE_ERR_PLUGIN_FUNCTION once the plugin has stopped.
   */
  readonly offers: Offers;
  /** The host doesn't open without it. */
  readonly required: boolean;
  /** What was asked for, with what a bundle adds. */
  readonly request: PluginRequest;
}

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
}

const nothing: Offers = Object.freeze({});

/** Reads what the host knows, and can't change it: a state that an embedder sets would lie. */
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
    return this.#facts.request.aliases ?? [];
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
    return this.#facts.state === 'ready' ? (this.#facts.running?.offers ?? nothing) : nothing;
  }

  get required() {
    return this.#facts.request.required ?? false;
  }

  get request() {
    return this.#facts.request;
  }
}
