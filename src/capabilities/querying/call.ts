/** One call of a data source: what it is told, and what ends it. */
import type { MortiseError } from '../../errors.js';
import { refusal } from './failure.js';
import type { AppSettings, CallContext, DataSourceSettings, Headers, SourceContext, User } from './source.js';

export interface CallLimits {
  /** The caller's. */
  signal?: AbortSignal | undefined;
  /** How long the answer may take, and each part of it after that. 0: as long as it likes. */
  timeoutMs: number;
}

/** A context that can end. */
export class Call implements CallContext {
  readonly timeoutMs: number;
  readonly deadline: number | undefined;
  readonly #name: string;
  readonly #given: AbortSignal | undefined;
  #told: SourceContext | undefined;
  #timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #error: MortiseError | undefined;
  #listeners: Set<(error: MortiseError) => void> | undefined;
  #onClose: (() => void)[] = [];

  /**
   * @param name the data source's, for messages
   * @param told what is known of who asks; else {@link tell} says it
   */
  constructor(name: string, { signal, timeoutMs }: CallLimits, told?: SourceContext) {
    this.#name = name;
    this.#told = told;
    this.timeoutMs = timeoutMs;
    this.deadline = timeoutMs > 0 ? performance.now() + timeoutMs : undefined;
    this.wait();
    this.#given = signal;
    if (signal?.aborted) this.#aborted();
    else signal?.addEventListener('abort', this.#aborted, { once: true });
  }

  /** Before a data source sees it. */
  tell(told: SourceContext): void {
    this.#told = told;
  }

  get dataSource(): DataSourceSettings {
    return (this.#told as SourceContext).dataSource;
  }

  get orgId(): number {
    return (this.#told as SourceContext).orgId;
  }

  get headers(): Headers {
    return (this.#told as SourceContext).headers;
  }

  get user(): User | undefined {
    return this.#told?.user;
  }

  get app(): AppSettings | undefined {
    return this.#told?.app;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#error) this.#controller.abort(this.#error);
    }
    return this.#controller.signal;
  }

  /** Why it ended. */
  get error(): MortiseError | undefined {
    return this.#error;
  }

  /** Counts the time from now on. */
  wait(): void {
    if (this.timeoutMs > 0 && !this.#timer && !this.#error)
      this.#timer = setTimeout(this.#late, this.timeoutMs);
  }

  /** What was waited for came. */
  came(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whoever waits is told, and what runs is aborted. Does nothing once it ended. */
  end(error: MortiseError): void {
    if (this.#error) return;
    this.#error = error;
    this.came();
    this.#controller?.abort(error);
    for (const listener of this.#listeners ?? []) listener(error);
  }

  /**
   * What comes first: the value, or the end of the call.
   * @throws MortiseError why it ended
   */
  race<Value>(value: PromiseLike<Value>): Promise<Value> {
    if (this.#error) {
      value.then(undefined, () => {});
      return Promise.reject(this.#error);
    }
    return new Promise<Value>((resolve, reject) => {
      this.#listeners ??= new Set();
      const listeners = this.#listeners;
      listeners.add(reject);
      value.then(
        (came) => {
          listeners.delete(reject);
          resolve(came);
        },
        (error: unknown) => {
          listeners.delete(reject);
          reject(this.#error ?? error);
        },
      );
    });
  }

  /** To be called when it ends before its time. */
  onEnd(listener: (error: MortiseError) => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  /** To be called at {@link close}. */
  onClose(close: () => void): void {
    this.#onClose.push(close);
  }

  /** Nothing more is asked of it. May be called twice. */
  close(): void {
    this.came();
    this.#given?.removeEventListener('abort', this.#aborted);
    const all = this.#onClose;
    this.#onClose = [];
    for (const close of all) close();
  }

  readonly #late = (): void => {
    const found = `none after ${this.timeoutMs} ms`;
    this.end(
      refusal('MORTISE_ERR_QUERY_TIMEOUT', this.#name, {
        message: `no answer within ${this.timeoutMs} ms`,
        expected: 'an answer before the deadline',
        found,
        remedy: 'Ask for less, or raise timeout_ms of [querying] or timeoutMs of the call.',
      }),
    );
  };

  readonly #aborted = (): void => {
    const message = 'the call was cancelled';
    const problem = { message, expected: 'a signal that does not abort', found: 'one that did' };
    this.end(refusal('MORTISE_ERR_QUERY_CANCELED', this.#name, problem, this.#given?.reason));
  };
}
