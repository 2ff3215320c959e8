/** What is known of SQL: each text's summary is made once, as for plugins, and kept within bounds. */
import { addon, type NativeChain } from '../../../native/addon.js';
import { type SqlKind, type SqlSummary, summaryOf } from './summary.js';

/** Texts whose summaries are kept. */
const capacity = 256;
/** Longer texts are seldom repeated, and would hold memory. */
const maxLength = 4096;

/** What a statement is, whatever its literals are. */
export interface SqlIdentity {
  /** `parsed`, or why there is no tree: `syntax error`, `too long`, `too deep` or `no tree`. */
  outcome: SqlSummary['outcome'];
  /** Why there is none; empty when there is. */
  message: string;
  /** Of each statement in the text. */
  kinds: SqlKind[];
  access: SqlSummary['access'];
  /** With `$n` in place of literals; null where there is none. */
  normalised: string | null;
  /** 16 hexadecimal digits, the same for texts that differ in literals and blanks only; null where there is none. */
  fingerprint: string | null;
}

export class Summaries {
  #kept = new Map<string, SqlSummary>();
  #parsers = 0;

  constructor(private readonly chain: NativeChain) {}

  of(sql: string): SqlSummary {
    const parsers = addon().sqlParsers(this.chain);
    if (parsers !== this.#parsers) this.#kept.clear();
    this.#parsers = parsers;
    const known = this.#kept.get(sql);
    if (known) return known;
    const summary = summaryOf(addon().summariseSql(this.chain, sql));
    // A parser that failed may do better next time.
    if (sql.length > maxLength || summary.outcome === 'no tree') return summary;
    if (this.#kept.size === capacity) this.#kept.clear();
    this.#kept.set(sql, summary);
    return summary;
  }

  identify(sql: string): SqlIdentity {
    const { outcome, message, statements, access } = this.of(sql);
    const { normalised = null, fingerprint } = addon().identifySql(this.chain, sql);
    return {
      outcome,
      message,
      kinds: statements.map(({ kind }) => kind),
      access,
      normalised,
      fingerprint: fingerprint?.toString(16).padStart(16, '0') ?? null,
    };
  }
}
