/** A program that is started again when it ends. */
import type { DescService } from '@bufbuild/protobuf';
import type { RestartPolicy } from '../../supervisor/policy.js';
import { type SupervisedState, Supervisor, type SupervisorEvent } from '../../supervisor/supervisor.js';
import type { Client } from './client.js';
import { type Exit, exitReason, exitText } from './exit.js';
import { launch } from './launch.js';
import { type LaunchOptions, settledOptions } from './options.js';
import type { Program } from './program.js';
import { checkService } from './service.js';

export interface KeepOptions extends LaunchOptions {
  /** When it is started again, and when no more. */
  restart?: Partial<RestartPolicy>;
  /** Hears of each start, end and quarantine. */
  heard?(event: SupervisorEvent): void;
}

/**
 * Starts a program, and again whenever it ends, later each time. After eight ends within two minutes it is left alone,
 * until `release`.
 * @throws MortiseError as `launch` does; a program that can't be started the first time isn't tried again
 */
export async function keep(options: KeepOptions): Promise<Kept> {
  const { callMs } = settledOptions(options, 'keep');
  const { restart, heard, ...launched } = options;
  const supervisor = await Supervisor.open<Program>({
    subject: options.path,
    start: () => launch(launched),
    reason: (ending) => reasonOf(ending as Exit),
    policy: restart,
    heard,
  });
  return new Kept(supervisor, callMs);
}

function reasonOf(exit: Exit): string {
  const reason = exitReason(exit);
  return `it ${exitText(exit)}${reason === undefined ? '' : `: ${reason}`}`;
}

export class Kept {
  readonly #supervisor: Supervisor<Program>;
  readonly #callMs: number;

  /** By `keep`. */
  constructor(supervisor: Supervisor<Program>, callMs: number) {
    this.#supervisor = supervisor;
    this.#callMs = callMs;
  }

  /** What runs now; undefined between an end and the next start. Its broker and its pid are its own. */
  get program(): Program | undefined {
    return this.#supervisor.current;
  }

  get state(): SupervisedState {
    return this.#supervisor.state;
  }

  get restarts(): number {
    return this.#supervisor.restarts;
  }

  /** Why and when it last ended, or could not be started. */
  get lastEnd(): { reason: string; at: Date } | undefined {
    return this.#supervisor.lastEnd;
  }

  /**
   * Calls whichever program runs. A call between an end and the next start waits for that, as long as it may take; one
   * that runs when the program ends fails: it may have taken effect.
   */
  client<S extends DescService>(service: S): Client<S> {
    checkService(service);
    const now = () => this.#supervisor.current ?? this.ready(this.#callMs);
    const methods = service.methods.map(({ localName, methodKind }) => {
      const isOne = methodKind === 'unary' || methodKind === 'client_streaming';
      return [localName, isOne ? one(localName) : many(localName)];
    });
    return Object.fromEntries(methods);

    type Methods = Record<string, (...args: unknown[]) => unknown>;

    function one(name: string) {
      return async (...args: unknown[]) => ((await now()).client(service) as Methods)[name]?.(...args);
    }

    function many(name: string) {
      return async function* (...args: unknown[]) {
        const client = (await now()).client(service) as Methods;
        yield* client[name]?.(...args) as AsyncIterable<unknown>;
      };
    }
  }

  /**
   * The program, when it runs.
   * @throws MortiseError MORTISE_ERR_QUARANTINED, or MORTISE_ERR_PROGRAM_ENDED after `stop` or when `limitMs` are over
   */
  ready(limitMs: number): Promise<Program> {
    return this.#supervisor.ready(limitMs);
  }

  /** Ends its quarantine, and starts it at once. */
  release(): void {
    this.#supervisor.release();
  }

  /** Ends it, and doesn't start it again. Safe to repeat. */
  stop(limitMs?: number): Promise<void> {
    return this.#supervisor.stop(limitMs);
  }
}
