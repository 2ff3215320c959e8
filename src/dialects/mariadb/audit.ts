/** Events of statements for MariaDB's audit plugins. */

import { badArgument, requireInteger, requireObject, requireText } from '../../capabilities/arguments.js';
import type { AuditOffer, StatementEvent } from '../../capabilities/audit.js';
import { mariadbAddon } from '../../native/mariadb.js';
import type { Started } from './started.js';

/** MYSQL_AUDIT_GENERAL_LOG and the others, by number. */
const kinds = ['log', 'error', 'result', 'status'] as const;

export function auditOf({ name, library, alive }: Started, index: number): AuditOffer {
  return {
    notify(event) {
      alive();
      return mariadbAddon().mariadbNotify(library, index, checked(name, event)).status === 0;
    },
  };
}

function checked(plugin: string, given: StatementEvent) {
  requireObject(plugin, 'event', given, 'event, user and query');
  const { event, user, query, command = '', database = '', time = new Date() } = given;
  const { errorCode: code = 0, connection: thread = 0, rows = 0, id = 0 } = given;
  const kind = kinds.indexOf(event);
  if (kind < 0) throw badArgument(plugin, 'event', `one of ${kinds.join(', ')}`, String(event));
  for (const [key, text] of Object.entries({ user, query, command, database }))
    requireText(plugin, key, text);
  requireInteger(plugin, 'errorCode', code, 2 ** 31 - 1);
  for (const [key, number] of Object.entries({ connection: thread, rows, id }))
    requireInteger(plugin, key, number, Number.MAX_SAFE_INTEGER);
  const seconds = time instanceof Date ? Math.floor(time.getTime() / 1000) : Number.NaN;
  if (!(seconds >= 0)) throw badArgument(plugin, 'time', 'a Date since 1970', String(time));
  return { kind, code, thread, user, command, query, time: seconds, rows, id, database };
}
