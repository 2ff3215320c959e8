/** A call of a program that failed. */
import { type ErrorCode, MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type Exit, exitReason, exitText } from './exit.js';
import { Failure, status } from './transport/transport.js';

const brand = Symbol.for('mortise.CallError');

/** What a failed call throws. `instanceof` also holds across two installed copies of the package. */
export class CallError extends MortiseError {
  readonly #failure: Failure;
  readonly #exit: Exit | undefined;

  constructor(problem: Problem, failure: Failure, exit?: Exit) {
    super(problem, { cause: failure });
    this.#failure = failure;
    this.#exit = exit;
  }

  /** gRPC's number for it. */
  get status(): number {
    return this.#failure.status;
  }

  /** What the program said, as it said it. */
  get detail(): string {
    return this.#failure.detail;
  }

  /** What came with the status. */
  get metadata(): ReadonlyMap<string, string | Uint8Array> {
    return this.#failure.metadata;
  }

  /** How the program ended; undefined when it lives on. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  get isTimeout(): boolean {
    return this.code === 'MORTISE_ERR_CALL_TIMEOUT';
  }

  /** The program ended, and nobody had asked it to. */
  get isCrash(): boolean {
    return this.#exit?.asked === false;
  }

  get isCanceled(): boolean {
    return this.code === 'MORTISE_ERR_CALL_CANCELED';
  }

  get [brand](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): value is CallError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }
}

/** What the error says of its call. */
export interface CallFacts {
  /** The program, for messages. */
  subject: string;
  /** `/package.Service/Method` */
  path: string;
  timeoutMs?: number;
  maxMessageBytes: number;
}

/**
 * The error of a call that comes after the end, or while the program is being stopped: nothing of it was sent.
 * @param exit undefined while it is being stopped
 */
export function notSent({ subject, path }: Pick<CallFacts, 'subject' | 'path'>, exit?: Exit): CallError {
  const what = exit ? (exit.asked ? 'was stopped' : exitText(exit)) : 'is being stopped';
  const reason = exit && !exit.asked ? exitReason(exit) : undefined;
  return new CallError(
    {
      code: 'MORTISE_ERR_PROGRAM_ENDED',
      message: `it ${what} before this call${reason === undefined ? '' : `: ${reason}`}`,
      subject,
      where: path,
      expected: 'a running program',
      found: exit ? `it ${exitText(exit)}` : 'one that is being stopped',
      remedy: `The call was not sent. Start the program again${exit?.asked === false ? ', or have `keep` do it' : ''}.`,
    },
    new Failure(status.unavailable, exit ? 'the program has ended' : 'the program is being stopped'),
    exit ?? { asked: true, lastLines: [] },
  );
}

/** @param exit how the program ended, when it did during the call */
export function callError(failure: Failure, call: CallFacts, exit?: Exit): CallError {
  const make = (code: ErrorCode, problem: Omit<Problem, 'code' | 'subject' | 'where'>) =>
    new CallError({ code, subject: call.subject, where: call.path, ...problem }, failure, exit);
  const found = `status ${failure.status}: ${shown(failure.detail)}`;
  if (exit) {
    const reason = exitReason(exit);
    return make('MORTISE_ERR_PROGRAM_ENDED', {
      message: `it ${exit.asked ? 'was stopped' : exitText(exit)}${reason && !exit.asked ? `: ${reason}` : ''}`,
      expected: 'a running program',
      found: `it ${exitText(exit)}`,
      remedy: `${exit.asked ? 'Start it again' : 'Read what it wrote to stderr'}; the call may have taken effect.`,
    });
  }
  const sizes = /larger than max \((\d+) vs\.? (\d+)\)/.exec(failure.detail);
  if (failure.status === status.resourceExhausted && sizes) {
    const [, size, max] = sizes as unknown as [string, string, string];
    const isOurs = Number(max) === call.maxMessageBytes && !failure.detail.startsWith('grpc: ');
    return make('MORTISE_ERR_CALL_SIZE', {
      message: `a message of ${size} bytes, and ${isOurs ? 'this host' : 'the program'} takes ${max}`,
      expected: `at most ${max} bytes, the ${isOurs ? 'host’s' : 'program’s'} limit`,
      found: `${size} bytes`,
      remedy: isOurs ? 'Raise `maxMessageBytes`, or ask for less.' : 'Send less at once.',
    });
  }
  const [, unpacked] = /decompresses to a size larger than (\d+)/.exec(failure.detail) ?? [];
  if (failure.status === status.resourceExhausted && unpacked !== undefined) {
    return make('MORTISE_ERR_CALL_SIZE', {
      message: `a compressed message that is larger than ${unpacked} bytes, the host’s limit`,
      expected: `at most ${unpacked} bytes`,
      found: 'more, once it is unpacked',
      remedy: 'Raise `maxMessageBytes`, or ask for less.',
    });
  }
  switch (failure.status) {
    case status.deadlineExceeded:
      return make('MORTISE_ERR_CALL_TIMEOUT', {
        message: call.timeoutMs === undefined ? 'no answer in time' : `no answer within ${call.timeoutMs} ms`,
        expected: 'an answer before the deadline',
        found,
        remedy:
          'Raise `timeoutMs`, or find out why the program takes so long; it may have acted all the same.',
      });
    case status.cancelled:
      return make('MORTISE_ERR_CALL_CANCELED', { message: 'the call was cancelled', found });
    case status.unimplemented:
      return make('MORTISE_ERR_CALL_UNIMPLEMENTED', {
        message: 'the program does not have this method',
        expected: 'a method that the program serves',
        found,
        remedy:
          'Compare the .proto with the program’s release. A method that ends without an answer looks the same.',
      });
    case status.unavailable:
      return make('MORTISE_ERR_CALL_UNAVAILABLE', {
        message: `the program cannot be reached: ${failure.detail}`,
        expected: 'a connection',
        found,
        remedy: 'Restart the program when this stays: its socket may have been deleted.',
      });
    default:
  }
  if (failure.status === status.unknown && failure.detail.startsWith('panic triggered')) {
    return make('MORTISE_ERR_CALL_PANIC', {
      message: `it panicked, and lives on: ${shown(failure.detail)}`,
      expected: 'an answer',
      found,
      remedy: 'Report it to those who make the program: mostly a field of the request was missing.',
    });
  }
  return make('MORTISE_ERR_CALL_FAILED', {
    message: failure.detail || `status ${failure.status}`,
    expected: 'status 0',
    found,
  });
}
