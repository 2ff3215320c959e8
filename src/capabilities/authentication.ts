/** Plugins that let users in, such as MariaDB's auth_ed25519. */
import type { Capability } from './capability.js';
import { NamedFacade } from './offered.js';

/** Who wants in, and what is known of the account. */
export interface Login {
  user: string;
  /** What `hashPassword` gave when the password was set. */
  hash?: string;
  /** Where the user connects from. */
  host?: string;
}

/** The way to the client, as the embedder has it: the plugin says what goes over it. */
export interface Conversation {
  /** A packet for the client. */
  write(packet: Buffer): void | Promise<void>;
  /** The client's next packet. What it throws, or rejects with, ends the attempt, which fails with the same. */
  read(): Uint8Array | Promise<Uint8Array>;
}

export interface LoginVerdict {
  accepted: boolean;
  /** Who the user counts as: another than `user` where the plugin says so. */
  as: string;
  /** The name that the plugin knows the user by; empty where it names none. */
  external: string;
  /** The plugin's own words, when it has any. */
  message?: string;
}

/** What one plugin offers. */
export interface AuthenticationOffer {
  /**
   * Makes what is kept of a password. Runs on the calling thread.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED; _PLUGIN_FUNCTION when the plugin keeps no
   *   passwords, or has stopped
   */
  hashPassword(password: string): string;
  /** The same on a thread of its own: such a hash may take its time. */
  hashPasswordAsync(password: string): Promise<string>;
  /**
   * Lets the plugin find out who somebody is. It runs on a thread of its own, and the event loop goes on.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, also for a hash that the plugin can't read; _PLUGIN_FUNCTION once
   *   the plugin has stopped; _PLUGIN_FAILED when the system gives no thread; what `conversation` throws
   */
  authenticate(login: Login, conversation: Conversation): Promise<LoginVerdict>;
}

declare module '../loader/running.js' {
  interface Offers {
    authentication?: AuthenticationOffer;
  }
}

/** All plugins that authenticate: an account belongs to one. */
export class Authenticators extends NamedFacade<'authentication'> {}

/** `host.capability(Authentication)` */
export const Authentication: Capability<undefined, Authenticators> = {
  name: 'authentication',
  open: (host) => new Authenticators(host, 'authentication', 'authenticates'),
};
