/**
 * How a question is asked. JavaScript writes it into a slot, one native call walks the chain, JavaScript reads
 * the answer: nothing of JavaScript runs between two plugins.
 */
import { addon, type NativeChain, type NativePlugin, type NativeQuestion } from '../../native/addon.js';
import type { RouteOffer } from './offer.js';
import type { Parameter } from './parameter.js';
import type { RoutingDefaults } from './query.js';
import { word } from './short.js';
import { Slot } from './slot.js';

/** One plugin of the chain, and the count of its answers that broke the rules. */
export interface Link {
  name: string;
  native: NativePlugin;
  problemOf?: RouteOffer['problemOf'];
  faults: number;
}

/** What plugins may be told of the situation, complete. */
export type Situation = Required<RoutingDefaults>;

/** The links, and the names of the deciders, from -1: nobody. */
export interface Linked {
  links: readonly Link[];
  names: readonly (string | null)[];
}

/** What is asked now. Replaced as a whole: a call that goes on reads what it began with. */
export interface Chained {
  linked: Linked;
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
}

/** As many as are asked at a time, one within the other. */
export class Questions {
  /** Serves nearly every call. */
  readonly first: Question;
  readonly #all: Question[];

  constructor(private readonly chain: NativeChain) {
    this.first = new Question(chain, new Slot());
    this.#all = [this.first];
  }

  idle(): Question {
    if (!this.first.isBusy) return this.first;
    let question = this.#all.find(({ isBusy }) => !isBusy);
    if (!question) {
      question = new Question(this.chain, new Slot());
      this.#all.push(question);
    }
    return question;
  }

  /** An idle one that these parameters stand in already. */
  larger(params: readonly Parameter[]): Question {
    const fitting = this.#all.find((question) => !question.isBusy && question.slot.writeLong(params));
    if (fitting) return fitting;
    const question = new Question(this.chain, Slot.for(params));
    // One takes the place of another that was too small; the first stays.
    const small = this.#all.findIndex((one) => one !== this.first && !one.isBusy);
    if (small === -1) this.#all.push(question);
    else this.#all[small] = question;
    question.slot.writeLong(params);
    return question;
  }
}
