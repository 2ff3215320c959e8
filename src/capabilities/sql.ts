/** Plugins that ask SQL of the server that they think they run in, such as MariaDB's password_reuse_check. */
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

/** A value of a row, as MariaDB's text protocol has it. */
export type SqlCell = string | Buffer | null;

/** Rows, how many rows were changed, or nothing. */
export type SqlResult = readonly (readonly SqlCell[])[] | number | undefined;

/** Stands in for the server. */
export interface SqlService {
  /**
   * Answers one statement, on the host's thread. A promise is waited for where the plugin runs on a thread of its own
   * (`validateAsync`); elsewhere it counts as a failure. What it throws fails the statement; an error with an `errno`
   * from 1 to 65535 says how, as MariaDB's error codes do (1062: the key is there already, 1146: no such table).
   */
  query(sql: string): SqlResult | Promise<SqlResult>;
}

/** What one plugin offers. */
export interface SqlOffer {
  /**
   * Answers the plugin's SQL from now on. Until then each of its statements fails.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT; MORTISE_ERR_PLUGIN_FUNCTION once the plugin has stopped
   */
  serve(service: SqlService): void;
}

declare module '../loader/running.js' {
  interface Offers {
    sql?: SqlOffer;
  }
}

/** All plugins that ask SQL. */
export class SqlClients extends OfferedFacade<'sql'> {
  /**
   * Answers the SQL of every plugin that is ready and asks some.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, MORTISE_ERR_HOST_CLOSED; MORTISE_ERR_PLUGIN_FUNCTION when no
   *   plugin that is ready asks SQL
   */
  serve(service: SqlService): void {
    for (const { offer } of this.needed()) offer.serve(service);
  }
}

/** `host.capability(Sql)` */
export const Sql: Capability<undefined, SqlClients> = {
  name: 'sql',
  open: (host) => new SqlClients(host, 'sql', 'asks SQL'),
};
