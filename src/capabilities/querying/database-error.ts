/** What a database's driver answered instead of a result. */
import { MortiseError, type Problem } from '../../errors.js';

const brand = Symbol.for('mortise.DatabaseError');

export interface DatabaseFailure {
  /** ADBC's status, 1 to 14: 3 is not found, 5 an invalid argument, 10 I/O. */
  status: number;
  /** Five characters, as the SQL standard and the database have them; undefined where the driver gives none. */
  sqlstate: string | undefined;
  /** The database's own number; undefined where the driver gives none. */
  vendorCode: number | undefined;
  /** What else the driver says, in its own words: text, or bytes where it is none. */
  details: ReadonlyMap<string, string | Uint8Array>;
}

/** A failure of a driver or its database. `instanceof` also holds across two installed copies of the package. */
export class DatabaseError extends MortiseError implements DatabaseFailure {
  readonly #failure: DatabaseFailure;

  constructor(problem: Problem, failure: DatabaseFailure, options?: { cause?: unknown }) {
    super(problem, options);
    this.#failure = failure;
  }

  get status(): number {
    return this.#failure.status;
  }

  get sqlstate(): string | undefined {
    return this.#failure.sqlstate;
  }

  get vendorCode(): number | undefined {
    return this.#failure.vendorCode;
  }

  get details(): ReadonlyMap<string, string | Uint8Array> {
    return this.#failure.details;
  }

  get isTimeout(): boolean {
    return this.#failure.status === 12;
  }

  get [brand](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): value is DatabaseError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }

  override toJSON() {
    const { status, sqlstate, vendorCode } = this.#failure;
    return { ...super.toJSON(), status, sqlstate, vendorCode };
  }
}
