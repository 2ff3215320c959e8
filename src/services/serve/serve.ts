/** Serves what `implement` made: a table of callbacks for the plugins of one host. */

import { MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { NativeHost } from '../../native/addon.js';
import { type Lent, lend } from '../../native/functions.js';
import { WrongArgument } from '../../native/memory.js';
import { modes, type NativeFunction, type NativeTable, serviceAddon } from '../../native/services.js';
import { served } from '../reentry.js';
import { failureOf } from '../schema/failure.js';
import { lower, representations } from '../schema/lower.js';
import { statedSignature } from '../schema/signature.js';
import type { ServiceFunction } from '../schema/types.js';
import type { Caller } from '../schema/values.js';
import { packVersion } from '../version.js';
import { answering, messageOf, signatureOf } from './answer.js';
import { callerAt } from './caller.js';
import type { Implemented } from './implement.js';
import { outBytes } from './out.js';
import { WrongAnswer } from './wrong-answer.js';

export interface ServeOptions {
  native: NativeHost;
  /** Calls on other threads are refused instead of waiting for the main thread. */
  strict: boolean;
  /** How long calls on other threads wait for the main thread. */
  patienceMs: number;
  /**
   * Receives what callers in C can't be told, and whose doing it is: a plugin's, or `mortise`. Often in the middle of a
   * call from C, to which nothing may be thrown: not what a listener throws, either.
   */
  report(name: string, problem: Problem): void;
}

/** The tables that one host serves. */
export class Served {
  readonly #tables: { implemented: Implemented; table: NativeTable; callbacks: Lent[] }[] = [];
  readonly #callers = new Map<number, Caller>();
  readonly #options: ServeOptions;

  constructor(options: ServeOptions) {
    this.#options = options;
  }

  /**
   * Offers services. Before plugins are loaded.
   * @throws MortiseError MORTISE_ERR_SERVICE_OFFER
   */
  serve(implemented: readonly Implemented[]): void {
    for (const one of implemented) this.#serve(one);
  }

  /**
   * From now on calls on other threads are refused: the main thread is about to wait for plugins to stop, and
   * they for their threads.
   */
  stopping(): void {
    for (const { table } of this.#tables) serviceAddon().setServiceMode(table, modes.strict);
  }

  /** From now on every call fails. The tables stay where they are. May be called twice. */
  close(): void {
    for (const { implemented, table, callbacks } of this.#tables) {
      this.#drain(implemented, table);
      serviceAddon().setServiceMode(table, modes.closed);
      for (const callback of callbacks) callback.giveBack();
      served(-1);
    }
    this.#tables.length = 0;
  }

  #serve(implemented: Implemented): void {
    const { service } = implemented;
    const { name, major, minor } = service;
    const refuse = (message: string, found: string, remedy: string) =>
      new MortiseError({
        code: 'MORTISE_ERR_SERVICE_OFFER',
        message,
        subject: name,
        where: 'the services of Host.open',
        expected: 'services that plugins can be given, each major once',
        found,
        remedy,
      });
    const callbacks: Lent[] = [];
    const full = () => {
      for (const callback of callbacks) callback.giveBack();
      return refuse(
        'the process has no room for more functions that are written in TypeScript',
        '256 functions, and 32 more that answer a floating-point number, in its open hosts',
        'Close hosts that are not used, or define fewer functions.',
      );
    };
    const functions = Object.entries(service.functions).map(([key, fn]): NativeFunction => {
      const answer = answering(key, fn, implemented.functions, {
        callers: this.#callers,
        callerOf: (host) => this.#callerOf(host),
        failed: (where, caller, error) => this.#failed(implemented, where, caller, error),
      });
      const seen = shape(fn);
      const callback = lend(answer, signatureOf(fn), seen.failure, this.#options.patienceMs);
      if (!callback) throw full();
      callbacks.push(callback);
      return { target: callback.address, ...seen };
    });
    // Once it is offered, a refusal may come at any time; it names its table through this entry.
    let table: NativeTable | undefined;
    const made = serviceAddon().createServiceTable(
      functions,
      atMostEvery(200, () => {
        if (table) this.#drain(implemented, table);
      }),
    );
    if (!made) throw full();
    table = made.table;
    this.#tables.push({ implemented, table, callbacks });
    served(1);
    if (this.#options.strict) serviceAddon().setServiceMode(table, modes.strict);
    const version = packVersion(major, minor);
    const problem = serviceAddon().provideService(
      this.#options.native,
      name,
      version,
      made.address,
      statedSignature(service),
    );
    if (problem !== '') throw refuse(problem, `${name} ${major}.${minor}`, 'Leave the second one out.');
  }

  #callerOf(host: number): Caller {
    const caller = callerAt(host);
    this.#callers.set(host, caller);
    return caller;
  }

  #failed({ service }: Implemented, name: string, caller: Caller | undefined, error: unknown): void {
    const fn = service.functions[name] as ServiceFunction;
    const told = failureOf(fn);
    const common = { subject: service.name, where: `${name}, called by ${caller?.plugin ?? 'nobody'}` };
    if (error instanceof WrongAnswer) {
      this.#options.report('mortise', {
        ...common,
        code: 'MORTISE_ERR_SERVICE_RESULT',
        message: `${name} answered wrongly: ${error.message}`,
        expected: error.expected,
        found: shown(error.found),
        remedy: 'Correct the implementation; TypeScript checks it when it is written in TypeScript.',
      });
      return;
    }
    if (error instanceof WrongArgument) {
      const plugin = caller?.plugin ?? 'mortise';
      this.#options.report(plugin, {
        code: 'MORTISE_ERR_SERVICE_ARGUMENT',
        message: `called ${service.name}.${name} wrongly: ${error.message}`,
        subject: caller?.plugin ?? service.name,
        where: `${service.name}.${name}`,
        expected: 'arguments as the service’s header has them',
        found: error.message,
        remedy: 'Ask its author to follow the header that mortise writes for the service.',
      });
      return;
    }
    this.#options.report('mortise', {
      ...common,
      code: 'MORTISE_ERR_SERVICE_THREW',
      message: `${name} threw: ${messageOf(error)}`,
      expected: 'an answer',
      found: stackOf(error) ?? messageOf(error),
      remedy: `Correct the implementation. The caller saw ${told === undefined ? 'nothing' : told}.`,
    });
  }

  #drain({ service }: Implemented, table: NativeTable): void {
    const names = Object.keys(service.functions);
    for (const { function: index, plugin, calls, late } of serviceAddon().drainRefusals(table)) {
      if (late !== '') {
        this.#options.report(plugin, {
          code: 'MORTISE_ERR_SERVICE_UNANSWERED',
          message: `${plugin} called ${service.name}.${names[index]} on another thread, and nobody answered for ${this.#options.patienceMs} ms (${calls} times): ${late}`,
          subject: plugin,
          where: `${service.name}.${names[index]}`,
          expected: 'a main thread that comes back to its event loop, where it answers',
          found: late,
          remedy:
            'Ask its author not to wait in an entry point for a thread that calls such a service; or give serviceTimeoutMs more time.',
        });
        continue;
      }
      this.#options.report(plugin, {
        code: 'MORTISE_ERR_SERVICE_THREAD',
        message: `${plugin} called ${service.name}.${names[index]} on another thread (${calls} times)`,
        subject: plugin,
        where: `${service.name}.${names[index]}`,
        expected: 'a call on the thread that opened the host: the function is [main-thread]',
        found: `${calls} calls on other threads, which were refused`,
        remedy: 'Call it in an entry point, or hand the work to the main thread first.',
      });
    }
  }
}

function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && typeof error.stack === 'string' ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

function shape(fn: ServiceFunction): Omit<NativeFunction, 'target'> {
  const { result } = fn;
  const isNumber = Object.hasOwn(representations, result.kind);
  const { floating, bytes } = isNumber
    ? representations[result.kind as keyof typeof representations]
    : { floating: false, bytes: 4 };
  return {
    floating,
    failure: bits(failureOf(fn) ?? 0, floating, bytes),
    parameters: lower(fn).map((parameter) => ({
      floating: parameter.floating,
      size: parameter.bytes,
      zero: parameter.role === 'out' && parameter.type?.kind === 'out' ? outBytes(parameter.type.of) : 0,
      error: parameter.role === 'error',
    })),
  };
}

/** As the register holds them. */
function bits(value: number | bigint, floating: boolean, bytes: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (!floating) view.setBigInt64(0, BigInt.asIntN(64, BigInt(value)), true);
  else if (bytes === 4) view.setFloat32(0, Number(value), true);
  else view.setFloat64(0, Number(value), true);
  return view.getBigUint64(0, true);
}

/** Calls at most every so often: a plugin that does wrong in a loop must not fill the log. */
function atMostEvery(milliseconds: number, call: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    if (timer) return;
    call();
    timer = setTimeout(() => {
      timer = undefined;
      call();
    }, milliseconds);
    timer.unref();
  };
}
