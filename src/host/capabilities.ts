/** The capabilities of one host: opened when they are set up or first asked for, told of changes, closed with it. */
import type { Capability, CapabilityFacade, CapabilityHost } from '../capabilities/capability.js';
import { hostClosed } from '../capabilities/closed.js';

export class OpenCapabilities {
  readonly #host: CapabilityHost;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #open = new Map<unknown, CapabilityFacade>();
  #isClosed = false;

  /** @param options by the capabilities' names; what else is there is left alone */
  constructor(host: CapabilityHost, options: object) {
    this.#host = host;
    this.#options = options as Record<string, unknown>;
  }

  /** @throws MortiseError what preparing them throws */
  prepare(capabilities: readonly Capability[]): void {
    for (const one of capabilities) one.prepare?.(this.#host, this.#options[one.name]);
  }

  /** Those that have options, and those that plugins want. */
  async open(capabilities: readonly Capability[]): Promise<void> {
    for (const one of capabilities)
      if (one.name in this.#options || one.isWanted?.(this.#host)) this.get(one);
    for (const facade of this.#open.values()) await facade.ready?.();
  }

  /** @throws MortiseError MORTISE_ERR_HOST_CLOSED, and what opening it throws */
  get<Options, Facade extends CapabilityFacade>(capability: Capability<Options, Facade>): Facade {
    const known = this.#open.get(capability);
    if (known) return known as Facade;
    if (this.#isClosed) throw hostClosed(capability.name);
    const facade = capability.open(this.#host, this.#options[capability.name] as Options);
    this.#open.set(capability, facade);
    return facade;
  }

  changed(): void {
    if (this.#isClosed) return;
    for (const facade of this.#open.values()) facade.changed();
  }

  close(): void {
    this.#isClosed = true;
    for (const facade of this.#open.values()) facade.close();
  }

  /** After `close`. */
  async settle(): Promise<void> {
    await Promise.all([...this.#open.values()].map((facade) => facade.settle?.()));
  }

  end(): void {
    for (const facade of this.#open.values()) facade.end?.();
  }
}
