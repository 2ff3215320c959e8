/** Plugins that are told what statements do, such as MariaDB's sql_errlog. */
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

/** What happened to a statement. Numbers are whole and not negative. */
export interface StatementEvent {
  /** `log`: it came. `error`: it failed. `result`: its rows went out. `status`: it ended. */
  event: 'log' | 'error' | 'result' | 'status';
  user: string;
  /** The statement. */
  query: string;
  /** What was asked for, such as Query; for an error its message. */
  command?: string;
  /** Of the error; default 0. */
  errorCode?: number;
  /** Default: now. */
  time?: Date;
  database?: string;
  /** Of the connection. */
  connection?: number;
  rows?: number;
  /** Of the statement. */
  id?: number;
}

/** What one plugin offers. */
export interface AuditOffer {
  /**
   * Tells the plugin of an event, on the calling thread.
   * @returns whether it wants events of statements
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT; MORTISE_ERR_PLUGIN_FUNCTION once the plugin has stopped
   */
  notify(event: StatementEvent): boolean;
}

declare module '../loader/running.js' {
  interface Offers {
    audit?: AuditOffer;
  }
}

/** All plugins that audit. */
export class Auditors extends OfferedFacade<'audit'> {
  /**
   * Tells each plugin, in configuration order.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, MORTISE_ERR_HOST_CLOSED; MORTISE_ERR_PLUGIN_FUNCTION when no
   *   plugin that is ready audits
   */
  notify(event: StatementEvent): void {
    for (const { offer } of this.needed()) offer.notify(event);
  }
}

/** `host.capability(Audit)` */
export const Audit: Capability<undefined, Auditors> = {
  name: 'audit',
  open: (host) => new Auditors(host, 'audit', 'audits'),
};
