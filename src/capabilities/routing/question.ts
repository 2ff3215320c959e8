/**
 * How a question is asked. JavaScript writes it into a slot, one native call walks the chain, JavaScript reads
 * the answer: nothing of JavaScript runs between two plugins.
 */
import type { Problem } from '../../errors.js';
import { addon, type NativeChain, type NativePlugin, type NativeQuestion } from '../../native/addon.js';
import { problemOf } from './fault.js';
import type { RoutingDefaults } from './query.js';
import { word } from './short.js';
import type { Slot } from './slot.js';

/** One plugin of the chain, and the count of its answers that broke the rules. */
export interface Link {
  name: string;
  native: NativePlugin;
  faults: number;
}

/** What plugins may be told of the situation, complete. */
export type Situation = Required<RoutingDefaults>;

/** The links, and the names of the deciders, from -1: nobody. */
export interface Linked {
  links: readonly Link[];
  names: readonly (string | null)[];
}

export function problemsOf(slot: Slot, links: readonly Link[]): Problem[] {
  return slot.faults().map((fault) => {
    const link = links[fault.plugin] as Link;
    link.faults++;
    return problemOf(fault, link.name);
  });
}

/**
 * A slot, and what native code knows it by. One is used by one call at a time: while a plugin is being asked, a
 * service written in JavaScript may route something else, and so may a getter of the query.
 */
export class Question {
  readonly index: number;
  /** Keeps it alive. */
  readonly #native: NativeQuestion;

  constructor(
    readonly chain: NativeChain,
    readonly slot: Slot,
  ) {
    this.#native = addon().createQuestion(chain, slot.memory, slot.parameterCapacity);
    this.index = this.#native.index;
  }

  get isBusy(): boolean {
    return this.slot.words[word.busy] !== 0;
  }

  /** Runs `write` with the slot reserved: what it reads may be anybody's code. */
  reserved<T>(write: (slot: Slot) => T): T {
    const { words } = this.slot;
    words[word.busy] = (words[word.busy] as number) + 1;
    try {
      return write(this.slot);
    } finally {
      words[word.busy] = (words[word.busy] as number) - 1;
    }
  }
}
