/** A program that runs: its services, its broker, and its end. Imported only when the transport's packages are there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DescService } from '@bufbuild/protobuf';
import { MortiseError } from '../../errors.js';
import { Broker } from './broker.js';
import { callError, notSent } from './call-error.js';
import { type Caller, type Client, makeClient } from './client.js';
import type { Exit } from './exit.js';
import { methodOf } from './messages.js';
import { checkService } from './service.js';
import {
  type CallOptions,
  type Channel,
  Failure,
  status,
  type Tls,
  type Transport,
} from './transport/transport.js';
import { GRPCController } from './wire/controller_pb.js';
import { Health, type HealthCheckResponse, HealthCheckResponse_ServingStatus } from './wire/health_pb.js';

/** What a program is made of, whether it was started or attached to. */
export interface ProgramParts {
  /** For messages: its path, or its address. */
  subject: string;
  pid: number | undefined;
  version: number;
  transport: Transport;
  channel: Channel;
  tls?: Tls;
  /** Of the host's sockets. */
  directory?: string;
  callMs: number;
  maxMessageBytes: number;
  metadata?: Readonly<Record<string, string | Uint8Array>>;
  exited: Promise<Exit>;
  /** Says that the end is wanted. */
  expectEnd(): void;
  /** Ends it at once. Undefined where only it can end itself. */
  kill?: () => void;
  /** Lets go of what was attached to and is not ended. */
  release?: () => void;
  /** Whether `stop` may end it: what was attached to may be another's. */
  mayEnd: boolean;
}

/** As in go-plugin's own host. */
const graceMs = 2000;
/** When a connection is lost, the exit of its program is heard of a little later; on a busy machine more than a little. */
const exitFollowsMs = 250;
const connectionLost = /connect|ECONN|ENOENT|EPIPE|socket|RST_STREAM|goaway|dropped/i;

export class Program {
  /** Undefined for one that was attached to and didn't say. */
  readonly pid: number | undefined;
  /** The version of its protocol that both sides speak: one of those that were offered. */
  readonly version: number;
  /** Resolves when it has ended, whatever ended it. */
  readonly exited: Promise<Exit>;
  readonly broker: Broker;
  readonly #parts: ProgramParts;
  readonly #caller: Caller;
  readonly #clients = new Map<DescService, Client<DescService>>();
  #exit: Exit | undefined;
  #inFlight = 0;
  #draining = false;
  #idle: (() => void) | undefined;
  #stopping: Promise<Exit> | undefined;

  constructor(parts: ProgramParts) {
    this.#parts = parts;
    this.pid = parts.pid;
    this.version = parts.version;
    this.exited = parts.exited;
    this.#caller = this.#callerFor(parts.channel, parts.metadata);
    const { transport, channel, subject, directory, tls, maxMessageBytes } = parts;
    this.broker = new Broker({
      ...{ transport, channel, subject, directory, tls, limits: { maxMessageBytes } },
      callerFor: (other) => this.#callerFor(other, undefined),
    });
    void parts.exited.then((exit) => {
      this.#exit = exit;
      this.broker.close();
      parts.channel.close();
    });
  }

  /** How it ended; undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Calls that have no answer yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** One of its services, as @bufbuild/protobuf describes it. @throws MortiseError MORTISE_ERR_PROGRAM_OPTION when it is none */
  client<S extends DescService>(service: S): Client<S> {
    checkService(service);
    const made = this.#clients.get(service) ?? makeClient(service, this.#caller);
    this.#clients.set(service, made);
    return made as Client<S>;
  }

  /**
   * Asks it whether it is well. A program that serves no health check is.
   * @param timeoutMs default 5,000
   * @throws MortiseError MORTISE_ERR_PROGRAM_UNHEALTHY, or a CallError
   */
  async health({
    timeoutMs = 5000,
    waitForReady = false,
  }: Pick<CallOptions, 'timeoutMs' | 'waitForReady'> = {}): Promise<void> {
    const method = methodOf(Health.method.check);
    let answer: HealthCheckResponse;
    try {
      const request = { service: 'plugin' };
      answer = (await this.#parts.channel.unary(method, request, {
        timeoutMs,
        waitForReady,
      })) as HealthCheckResponse;
    } catch (failure) {
      if (failure instanceof Failure && failure.status === status.unimplemented) return;
      throw await this.#explain(failure as Failure, method.path, timeoutMs);
    }
    if (answer.status === HealthCheckResponse_ServingStatus.SERVING) return;
    const found = HealthCheckResponse_ServingStatus[answer.status] ?? String(answer.status);
    throw new MortiseError({
      code: 'MORTISE_ERR_PROGRAM_UNHEALTHY',
      message: `it says that it is ${found}`,
      subject: this.#parts.subject,
      where: method.path,
      expected: 'SERVING',
      found,
      remedy: 'Read its log; start it again when it stays so.',
    });
  }

  /**
   * Takes no more calls, and waits for those that run.
   * @returns how many still run after `limitMs`
   */
  async drain(limitMs: number): Promise<number> {
    this.#draining = true;
    if (this.#inFlight === 0) return 0;
    const timer = new AbortController();
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    await Promise.race([
      idle,
      sleep(limitMs, undefined, { signal: timer.signal }).catch(() => {}),
      this.exited,
    ]);
    timer.abort();
    return this.#inFlight;
  }

  /**
   * Ends it: waits for calls that run, asks it to end, and kills it when it doesn't within two seconds. What was
   * attached to is left alone, unless it was attached to with `owned`. Safe to repeat.
   * @param limitMs how long calls may still run; default 5,000
   */
  stop(limitMs = 5000): Promise<Exit> {
    this.#stopping ??= this.#stop(limitMs);
    return this.#stopping;
  }

  /** Ends it at once, and what it was doing with it. Safe to repeat. */
  async kill(): Promise<Exit> {
    this.#parts.expectEnd();
    this.#draining = true;
    this.#parts.kill?.();
    return this.exited;
  }

  async #stop(limitMs: number): Promise<Exit> {
    this.#parts.expectEnd();
    await this.drain(limitMs);
    if (!this.#parts.mayEnd) {
      this.broker.close();
      this.#parts.channel.close();
      this.#parts.release?.();
      return { asked: true, lastLines: [] };
    }
    const asked = this.#parts.channel
      .unary(methodOf(GRPCController.method.shutdown), {}, { timeoutMs: graceMs })
      // A program that ends before it answers has done what it should; so may one that has no such method.
      .catch(() => {});
    const timer = new AbortController();
    const grace = sleep(graceMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const first = await Promise.race([this.exited, grace]);
    timer.abort();
    if (first === 'late') this.#parts.kill?.();
    // Of one that was attached to, nobody may ever tell the end.
    const exit = await Promise.race([this.exited, sleep(graceMs, undefined, { ref: false })]);
    await asked;
    return exit ?? { asked: true, lastLines: [] };
  }

  #callerFor(channel: Channel, metadata: Caller['metadata']): Caller {
    return {
      channel,
      metadata,
      callMs: this.#parts.callMs,
      begin: (path) => this.#begin(path),
      end: () => this.#end(),
      explain: (failure, path, timeoutMs) => this.#explain(failure, path, timeoutMs),
    };
  }

  #begin(path: string): void {
    if (this.#exit || this.#draining) {
      const { subject } = this.#parts;
      throw notSent({ subject, path }, this.#exit);
    }
    this.#inFlight += 1;
  }

  #end(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#idle?.();
  }

  async #explain(failure: Failure, path: string, timeoutMs: number | undefined): Promise<Error> {
    if (!(failure instanceof Failure)) return failure; // a message that can't be encoded, say
    const isLost =
      failure.status === status.unavailable ||
      (failure.status === status.internal && connectionLost.test(failure.detail));
    if (isLost && !this.#exit)
      await Promise.race([this.exited, sleep(exitFollowsMs, undefined, { ref: false })]);
    return this.#explained(failure, path, isLost ? this.#exit : undefined, timeoutMs);
  }

  #explained(failure: Failure, path: string, exit: Exit | undefined = this.#exit, timeoutMs?: number): Error {
    const { subject, maxMessageBytes } = this.#parts;
    return callError(failure, { subject, path, timeoutMs, maxMessageBytes }, exit);
  }
}
