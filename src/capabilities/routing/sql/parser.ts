/** What parses SQL for plugins that read syntax trees. */

/**
 * A parser of PostgreSQL's SQL, which makes what libpg_query makes. Each function gets a text as UTF-8, without a zero
 * byte and within the host's limits, and answers bytes that need to stay as they are until the next call. Called on the
 * host's thread, in the middle of a query, when a plugin asks for something that wasn't made of this text before.
 *
 * Throws {@link SqlSyntaxError} when the text has one; plugins read it as a fact. What else is thrown is one too: the
 * text has no tree, until it is asked for again.
 */
export interface SqlParser {
  /** libpg_query's version, "17-6.1.0". Plugins that read trees must be built for the same major of PostgreSQL. */
  readonly version: string;
  /** The tree as JSON text, which summaries are made from. */
  json(sql: Uint8Array): Uint8Array;
  /** The tree as a protobuf message pg_query.ParseResult. */
  protobuf(sql: Uint8Array): Uint8Array;
  /** 16 hexadecimal digits, the same for texts that differ in literals and blanks only. */
  fingerprint(sql: Uint8Array): string;
  /** The text with `$n` in place of its literals. */
  normalise(sql: Uint8Array): Uint8Array;
}

/** A text that isn't SQL as PostgreSQL's grammar has it. */
export class SqlSyntaxError extends Error {
  override name = 'SqlSyntaxError';
  /** @param position in characters from 1; 0: not known */
  constructor(
    message: string,
    readonly position = 0,
  ) {
    super(message);
  }
}
