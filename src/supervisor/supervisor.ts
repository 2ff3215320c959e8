/**
 * Keeps something that runs by itself running: a program, later a plugin in a process of its own. It is started again
 * when it ends, later each time, and no more when it keeps ending.
 */
import { MortiseError } from '../errors.js';
import { pause, type RestartPolicy, restartPolicy } from './policy.js';

/** What is kept running. */
export interface Supervised {
  /** Resolves when it has ended, whatever ended it. */
  readonly exited: Promise<unknown>;
  stop(limitMs?: number): Promise<unknown>;
}

export type SupervisedState = 'starting' | 'ready' | 'waiting' | 'quarantined' | 'stopped';

/** What happened, for a log. */
export type SupervisorEvent =
  | { kind: 'ready'; restarts: number }
  /** @param inMs when it will be started again */
  | { kind: 'ended'; reason: string; inMs: number }
  | { kind: 'quarantined'; reason: string }
  | { kind: 'stopped' };

export interface SupervisorOptions<T extends Supervised> {
  /** For messages. */
  subject: string;
  start(): Promise<T>;
  /** Why it ended, from what `exited` resolved to. */
  reason(ending: unknown): string;
  policy?: Partial<RestartPolicy>;
  heard?(event: SupervisorEvent): void;
}

export class Supervisor<T extends Supervised> {
  readonly #options: SupervisorOptions<T>;
  readonly #policy: RestartPolicy;
  #state: SupervisedState = 'starting';
  #current: T | undefined;
  #restarts = 0;
  #lastEnd: { reason: string; at: Date } | undefined;
  /** When it ended, the last few times. */
  #ends: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #starting: Promise<void> | undefined;
  #waiting: { take(current: T): void; fail(error: MortiseError): void }[] = [];

  /** Starts it for the first time. @throws what `start` throws: it is not tried again then */
  static async open<T extends Supervised>(options: SupervisorOptions<T>): Promise<Supervisor<T>> {
    const supervisor = new Supervisor(options);
    supervisor.#run(await options.start());
    return supervisor;
  }

  private constructor(options: SupervisorOptions<T>) {
    this.#options = options;
    this.#policy = restartPolicy(options.policy);
  }

  get state(): SupervisedState {
    return this.#state;
  }

  /** Undefined while it doesn't run. */
  get current(): T | undefined {
    return this.#current;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Why and when it last ended, or could not be started. */
  get lastEnd(): { reason: string; at: Date } | undefined {
    return this.#lastEnd;
  }

  /**
   * What runs, when it runs.
   * @throws MortiseError MORTISE_ERR_QUARANTINED, or MORTISE_ERR_PROGRAM_ENDED after `stop` or when `limitMs` are over
   */
  ready(limitMs: number): Promise<T> {
    if (this.#current) return Promise.resolve(this.#current);
    const refused = this.#refusal();
    if (refused) return Promise.reject(refused);
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        settle();
      };
      const waiting = {
        take: (current: T) => finish(() => resolve(current)),
        fail: (error: MortiseError) => finish(() => reject(error)),
      };
      const timer = setTimeout(
        () => waiting.fail(this.#ended(`it did not run again within ${limitMs} ms`)),
        limitMs,
      );
      this.#waiting.push(waiting);
    });
  }

  /** Ends its quarantine, and starts it at once. Does nothing in another state. */
  release(): void {
    if (this.#state !== 'quarantined') return;
    this.#ends = [];
    this.#again();
  }

  /** Ends it, and doesn't start it again. Safe to repeat. */
  async stop(limitMs?: number): Promise<void> {
    const was = this.#state;
    this.#state = 'stopped';
    clearTimeout(this.#timer);
    this.#failWaiting();
    await this.#starting;
    await this.#current?.stop(limitMs);
    this.#current = undefined;
    if (was !== 'stopped') this.#options.heard?.({ kind: 'stopped' });
  }

  #run(started: T): void {
    this.#current = started;
    this.#state = 'ready';
    void started.exited.then((ending) => this.#over(this.#options.reason(ending)));
    this.#options.heard?.({ kind: 'ready', restarts: this.#restarts });
    for (const { take } of [...this.#waiting]) take(started);
  }

  #over(reason: string): void {
    this.#current = undefined;
    if (this.#state === 'stopped') return;
    const now = performance.now();
    const { maxEnds, withinMs } = this.#policy;
    this.#lastEnd = { reason, at: new Date() };
    // What ran well for long begins anew.
    this.#ends = [...this.#ends.filter((end) => now - end < withinMs), now];
    if (this.#ends.length >= maxEnds) {
      this.#state = 'quarantined';
      this.#options.heard?.({ kind: 'quarantined', reason: this.#whyQuarantined() });
      this.#failWaiting();
      return;
    }
    this.#state = 'waiting';
    const inMs = pause(this.#policy, this.#ends.length);
    this.#timer = setTimeout(() => this.#again(), inMs);
    this.#options.heard?.({ kind: 'ended', reason, inMs });
  }

  #again(): void {
    this.#state = 'starting';
    this.#restarts += 1;
    this.#starting = this.#options.start().then(
      async (started) => {
        if (this.#state === 'stopped') await started.stop(0);
        else this.#run(started);
      },
      (error: unknown) => this.#over(`it did not start: ${messageOf(error)}`),
    );
  }

  #failWaiting(): void {
    const refused = this.#refusal();
    if (refused) for (const { fail } of [...this.#waiting]) fail(refused);
  }

  #refusal(): MortiseError | undefined {
    if (this.#state === 'stopped') return this.#ended('it was stopped');
    if (this.#state !== 'quarantined') return undefined;
    return new MortiseError({
      code: 'MORTISE_ERR_QUARANTINED',
      message: this.#whyQuarantined(),
      subject: this.#options.subject,
      expected: `fewer than ${this.#policy.maxEnds} ends within ${this.#policy.withinMs} ms`,
      found: `${this.#ends.length}`,
      remedy: 'Read its log, remove the cause, and release it.',
    });
  }

  #whyQuarantined(): string {
    return `it ended ${this.#ends.length} times within ${this.#policy.withinMs} ms, and is not started again; last: ${this.#lastEnd?.reason}`;
  }

  #ended(message: string): MortiseError {
    return new MortiseError({
      code: 'MORTISE_ERR_PROGRAM_ENDED',
      message: this.#lastEnd ? `${message}; last: ${this.#lastEnd.reason}` : message,
      subject: this.#options.subject,
      expected: 'a running program',
      found: this.#state,
      remedy: 'Read its log.',
    });
  }
}

/** The first line, without the code. */
function messageOf(error: unknown): string {
  if (error instanceof MortiseError) return error.problems[0]?.message ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
