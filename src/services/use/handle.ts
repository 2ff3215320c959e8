/** What a plugin made and TypeScript holds: an address that only that plugin gets, as long as it lives. */

/** The use of a plugin that a handle belongs to: each provider of each host has its own. */
export interface Owner {
  readonly plugin: string;
  /** False when nothing of the plugin may be called any more. */
  live: boolean;
  /** Whether even what destroys handles must not be called: it crashed, did not start, or has stopped. */
  isGone?: boolean;
  /** What it gave and has not destroyed; made with the first. */
  handles?: Set<ServiceHandle>;
}

/** Why a handle can't be passed. */
export type HandleFault = 'no handle' | 'another type' | 'another plugin' | 'destroyed' | 'in use';

/**
 * Something that a plugin made, such as a stream. Pass it to functions of the provider that gave it. It lives until it
 * is destroyed: by the function that the schema names for that, by `using`, or when its plugin or the host stops.
 */
export class ServiceHandle {
  readonly #owner: Owner;
  readonly #type: string;
  readonly #destroy: ((address: number) => void) | undefined;
  /** 0: destroyed. */
  #address: number;
  /** Calls that are under way with it. */
  #uses = 0;
  #isDoomed = false;

  /** @internal */
  constructor(owner: Owner, type: string, address: number, destroy: ((address: number) => void) | undefined) {
    this.#owner = owner;
    this.#type = type;
    this.#address = address;
    this.#destroy = destroy;
    owner.handles ??= new Set();
    owner.handles.add(this);
    // It came from a call that outlasted the end of its use: nobody could pass it, or would destroy it in time.
    if (!owner.live) this[Symbol.dispose]();
  }

  /** The plugin that it belongs to. */
  get plugin(): string {
    return this.#owner.plugin;
  }

  /** False once it was destroyed. */
  get isLive(): boolean {
    return this.#address !== 0;
  }

  /** Destroys it, when it lives and its schema says how; as soon as no call is under way with it. */
  [Symbol.dispose](): void {
    this.#isDoomed = true;
    this.#end();
  }

  /** Why it can't be passed; undefined when it can. @internal */
  static faultOf(given: unknown, owner: Owner, type: string, destroys: boolean): HandleFault | undefined {
    if (typeof given !== 'object' || given === null || !(#address in given)) return 'no handle';
    if (given.#type !== type) return 'another type';
    if (given.#owner !== owner) return 'another plugin';
    if (given.#address === 0 || given.#isDoomed) return 'destroyed';
    return destroys && given.#uses > 0 ? 'in use' : undefined;
  }

  /** A call with it begins. @internal */
  static enter(given: ServiceHandle): number {
    given.#uses++;
    return given.#address;
  }

  /** It has ended. @internal */
  static leave(given: ServiceHandle): void {
    given.#uses--;
    if (given.#isDoomed) given.#end();
  }

  /** A call that destroys it begins: from now on nobody may pass it, on another thread or from within. @internal */
  static give(given: ServiceHandle): number {
    const address = given.#address;
    given.#address = 0;
    given.#owner.handles?.delete(given);
    return address;
  }

  #end(): void {
    if (this.#uses > 0 || this.#address === 0 || this.#owner.isGone || !this.#destroy) return;
    this.#destroy(ServiceHandle.give(this));
  }
}

/** Destroys what a plugin gave and still has, the last first. While what destroys them may still be called. */
export function destroyAll({ handles }: Owner): void {
  for (const handle of [...(handles ?? [])].reverse()) handle[Symbol.dispose]();
}
