/** What a query or a call ends with when it has no answer: coded, with a status as HTTP has it, and who failed. */
import { type ErrorCode, MortiseError, type Problem } from '../../errors.js';
import type { ErrorSource } from './source.js';

const brand = Symbol.for('mortise.QueryError');

/** What calls of data sources throw, and what stands for the answer of a query. */
export class QueryError extends MortiseError {
  readonly #status: number;
  readonly #source: ErrorSource;

  constructor(
    problem: Problem | readonly [Problem, ...Problem[]],
    { status, source = 'plugin', cause }: { status: number; source?: ErrorSource; cause?: unknown },
  ) {
    super(problem, cause === undefined ? undefined : { cause });
    this.#status = status;
    this.#source = source;
  }

  /** As HTTP has it. */
  get status(): number {
    return this.#status;
  }

  /** Who failed: the plugin itself, or what it asked. */
  get source(): ErrorSource {
    return this.#source;
  }

  get isTimeout(): boolean {
    return this.#status === 504;
  }

  get isCanceled(): boolean {
    return this.#status === 499;
  }

  get [brand](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): value is QueryError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }
}

/** Of codes that say more than that the plugin failed. */
const statuses: Partial<Record<ErrorCode, number>> = {
  MORTISE_ERR_QUERY_SOURCE: 404,
  MORTISE_ERR_PLUGIN_DECOMMISSIONED: 410,
  MORTISE_ERR_QUERY_UNIMPLEMENTED: 501,
  MORTISE_ERR_QUERY_UNAVAILABLE: 503,
  MORTISE_ERR_QUERY_BUSY: 429,
  MORTISE_ERR_QUERY_TIMEOUT: 504,
  MORTISE_ERR_QUERY_CANCELED: 499,
  MORTISE_ERR_QUERY_SIZE: 413,
  MORTISE_ERR_QUERY_FRAME: 502,
  MORTISE_ERR_QUERY_ANSWER: 502,
  MORTISE_ERR_HOST_CLOSED: 503,
  MORTISE_ERR_PLUGIN_FUNCTION: 503,
  MORTISE_ERR_PROGRAM_ENDED: 503,
  MORTISE_ERR_QUARANTINED: 503,
  MORTISE_ERR_CALL_UNAVAILABLE: 503,
  MORTISE_ERR_CALL_UNIMPLEMENTED: 501,
  MORTISE_ERR_CALL_TIMEOUT: 504,
  MORTISE_ERR_CALL_CANCELED: 499,
  MORTISE_ERR_CALL_SIZE: 413,
  MORTISE_ERR_CALL_PANIC: 500,
  MORTISE_ERR_CALL_FAILED: 500,
  MORTISE_ERR_GRAFANA_ANSWER: 502,
};

/** What a connection to something else says when it fails. */
const downstream =
  /^(ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_\w+)$/;

/**
 * The same error with its status and source; what a plugin threw otherwise is told as its failure.
 * @param subject the data source
 */
export function failureOf(error: unknown, subject: string): QueryError {
  if (error instanceof QueryError) return error;
  if (error instanceof MortiseError) {
    const problems = error.problems as [Problem, ...Problem[]];
    return new QueryError(problems, {
      status: statuses[error.code] ?? 500,
      source: sourceOf(error),
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  const { status } = (error ?? {}) as { status?: unknown };
  return new QueryError(
    {
      code: 'MORTISE_ERR_QUERY_FAILED',
      message: message || 'it failed, and gave no reason',
      subject,
      expected: 'an answer',
      found: message || 'an error without a message',
    },
    {
      status:
        Number.isInteger(status) && (status as number) >= 400 && (status as number) < 600
          ? (status as number)
          : 500,
      source: sourceOf(error),
      cause: error,
    },
  );
}

/** An error says so itself by a field `source`, or is one of a connection; fetch has that as its cause. */
function sourceOf(error: unknown): ErrorSource {
  const { source, code, cause } = (error ?? {}) as { source?: unknown; code?: unknown; cause?: unknown };
  if (source === 'downstream' || (typeof code === 'string' && downstream.test(code))) return 'downstream';
  const { code: causeCode } = (cause ?? {}) as { code?: unknown };
  return typeof causeCode === 'string' && downstream.test(causeCode) ? 'downstream' : 'plugin';
}

/** The host's own reasons for not answering. */
export function refusal(
  code: ErrorCode,
  subject: string,
  problem: Omit<Problem, 'code' | 'subject'>,
  cause?: unknown,
): QueryError {
  return new QueryError({ code, subject, ...problem }, { status: statuses[code] ?? 500, cause });
}
