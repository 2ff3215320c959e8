/** What the router itself refuses, as an error that the client gets. */
import { errorResponse } from './messages.js';

export class Refusal extends Error {
  /**
   * @param {string} sqlstate five characters, as in PostgreSQL's appendix A
   * @param {{ detail?: string, hint?: string, fatal?: boolean }} [more] `fatal`: the connection ends
   */
  constructor(sqlstate, message, more = {}) {
    super(message);
    this.sqlstate = sqlstate;
    this.more = more;
  }

  /** The ErrorResponse. */
  response() {
    const { detail, hint, fatal } = this.more;
    return errorResponse({
      S: fatal ? 'FATAL' : 'ERROR',
      C: this.sqlstate,
      M: this.message,
      D: detail,
      H: hint,
    });
  }
}

/** A server's own error, passed on. */
export class ServerError extends Refusal {
  constructor(fields, prefix = '') {
    super(fields.C ?? 'XX000', `${prefix}${fields.M}`, { detail: fields.D, hint: fields.H });
  }
}

/** Lost or unreachable servers. */
export const unreachable = (server, why) =>
  new Refusal('08001', `${server.name} cannot be reached: ${why}`, {
    hint: 'The router tries it again with the next statement that needs it.',
  });

export const lost = (server) =>
  new Refusal('08006', `the connection to ${server.name} was lost`, {
    detail: 'What was sent there before may or may not have been done.',
  });

/** What breaks the protocol. */
export const violation = (message) => new Refusal('08P01', message, { fatal: true });
