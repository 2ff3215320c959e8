/**
 * Asks the chain of plugins where a query goes. JavaScript writes the question into a slot, one native
 * call walks the chain, JavaScript reads the answer: nothing of JavaScript runs between two plugins.
 */

import { MortiseError, type Problem } from '../../errors.js';
import {
  type Addon,
  addon,
  type NativeChain,
  type NativePlugin,
  type NativeQuestion,
} from '../../native/addon.js';
import { problemOf } from './fault.js';
import { KeptSql } from './kept.js';
import { nameOf, type Parameter } from './parameter.js';
import type { Decision, Query, RoutingDefaults } from './query.js';
import { Slot, word, writeShort } from './slot.js';

/** One plugin of the chain, and the count of its answers that broke the rules. */
export interface Link {
  name: string;
  native: NativePlugin;
  faults: number;
}

type Target = null | 'all' | 'blocked';
type Access = Decision['readWrite'];
/** By the numbers in mortise/route.h, which native code has checked. */
const targets: readonly Target[] = [null, null, 'all', 'blocked'];
const direct = 1;
const accesses: readonly Access[] = [null, 'read', 'write'];
const noParameters: readonly Parameter[] = [];

type HotCalls = Pick<Addon, 'ask' | 'askShort' | 'readSituation'> & { current: Uint32Array };
/** What plugins may be told of the situation, complete. */
type Situation = Required<RoutingDefaults>;

/**
 * A slot, what native code knows it by, and how it is asked. One is used by one call at a time: while a
 * plugin is being asked, a service written in JavaScript may route something else.
 */
class Question {
  readonly #native: HotCalls;
  readonly #links: readonly Link[];
  /** Of the deciders, from -1: nobody. */
  readonly #names: readonly (string | null)[];
  readonly #chain: NativeChain;
  readonly #defaults: Situation;
  #slot!: Slot;
  #question!: NativeQuestion;
  #index = 0;

  constructor(native: HotCalls, links: readonly Link[], chain: NativeChain, defaults: Situation) {
    this.#native = native;
    this.#links = links;
    this.#names = [null, ...links.map(({ name }) => name)];
    this.#chain = chain;
    this.#defaults = defaults;
    this.#take(new Slot());
  }

  /** A plugin is being asked. Native code says so: it needs no second store here. */
  get isBusy(): boolean {
    return this.#slot.words[word.busy] !== 0;
  }

  /**
   * @param statement the number of kept SQL, or 0
   * @param situation undefined: the defaults
   */
  ask(
    sql: string,
    statement: number,
    params: readonly Parameter[],
    situation: RoutingDefaults | undefined,
  ): Decision {
    const { words } = this.#slot;
    if (situation === undefined && statement !== 0 && writeShort(words, params)) {
      const native = this.#native;
      words[word.statement] = statement;
      native.current[0] = this.#index;
      native.askShort();
    } else {
      this.#askLong(sql, params, situation ?? this.#defaults);
    }
    return this.#decision();
  }

  #askLong(sql: string, params: readonly Parameter[], situation: RoutingDefaults): void {
    if (!this.#slot.writeLong(params)) {
      this.#take(Slot.for(params));
      this.#slot.writeLong(params);
    }
    this.#slot.writeSituation(situation, this.#defaults);
    this.#native.current[0] = this.#index;
    this.#native.ask(sql, params[0], params[1], params[2], params[3]);
  }

  /** Works with another slot from now on. Its short questions all have the default situation. */
  #take(slot: Slot): void {
    this.#slot = slot;
    this.#question = addon().createQuestion(this.#chain, slot.memory, slot.parameterCapacity);
    this.#index = this.#question.index;
    slot.writeSituation(this.#defaults, this.#defaults);
    this.#native.current[0] = this.#index;
    this.#native.readSituation();
  }

  #decision(): Decision {
    const { words } = this.#slot;
    const target = words[word.target] as number;
    const decision: Decision = {
      plugin: this.#names[(words[word.decider] as number) + 1] as string | null,
      shard: target === direct ? (words[word.shard] as number) >>> 0 : (targets[target] as Target),
      readWrite: accesses[words[word.readWrite] as number] as Access,
    };
    if (words[word.faultCount] !== 0) decision.errors = this.#problems();
    return decision;
  }

  #problems(): Problem[] {
    return this.#slot.faults().map((fault) => {
      const link = this.#links[fault.plugin] as Link;
      link.faults++;
      return problemOf(fault, link.name);
    });
  }
}

export class Router {
  readonly #native: HotCalls;
  readonly #links: readonly Link[];
  readonly #chain: NativeChain;
  readonly #kept: KeptSql;
  readonly #defaults: Situation;
  /** The first serves nearly every call. */
  readonly #questions: Question[] = [];
  readonly #prepared: FinalizationRegistry<number>;

  /** @param links the plugins that can route, in configuration order */
  constructor(links: readonly Link[], defaults: RoutingDefaults) {
    const { ask, askShort, readSituation, currentQuestion, createChain, forgetSql } = addon();
    // An object of its own: the addon has so many members that V8 looks each up by its name.
    this.#native = { ask, askShort, readSituation, current: currentQuestion };
    this.#links = links;
    const chain = createChain(links.map((link) => link.native));
    this.#chain = chain;
    this.#kept = new KeptSql(chain);
    this.#prepared = new FinalizationRegistry((statement) => forgetSql(chain, statement));
    this.#defaults = {
      shards: defaults.shards ?? 1,
      hasPrimary: defaults.hasPrimary ?? true,
      hasReplicas: defaults.hasReplicas ?? false,
      inTransaction: defaults.inTransaction ?? false,
      writeOverride: defaults.writeOverride ?? false,
    };
    this.#questions.push(this.#open());
  }

  /** @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER */
  route(query: Query): Decision {
    if (typeof query?.sql !== 'string') throw noQuery(query);
    const sql = query.sql;
    const params = query.params ?? noParameters;
    let question = this.#questions[0] as Question;
    let statement = 0;
    // While a plugin is asked it may be reading kept SQL, which a search could replace.
    if (question.isBusy) question = this.#idle();
    else statement = this.#kept.find(sql);
    return question.ask(sql, statement, params, saysSituation(query) ? query : undefined);
  }

  /**
   * A statement whose routing doesn't encode the SQL again.
   * @throws MortiseError MORTISE_ERR_QUERY
   */
  prepare(sql: string): Statement {
    if (typeof sql !== 'string') throw noQuery({ sql });
    const number = addon().keepSql(this.#chain, sql);
    const question = this.#questions[0] as Question;
    const statement: Statement = {
      route: (params, situation) =>
        (question.isBusy ? this.#idle() : question).ask(sql, number, params ?? noParameters, situation),
    };
    this.#prepared.register(statement, number);
    return statement;
  }

  #open(): Question {
    return new Question(this.#native, this.#links, this.#chain, this.#defaults);
  }

  #idle(): Question {
    let question = this.#questions.find(({ isBusy }) => !isBusy);
    if (!question) {
      question = this.#open();
      this.#questions.push(question);
    }
    return question;
  }
}

function saysSituation(query: Query): boolean {
  return (
    query.shards !== undefined ||
    query.hasReplicas !== undefined ||
    query.hasPrimary !== undefined ||
    query.inTransaction !== undefined ||
    query.writeOverride !== undefined
  );
}

/** A query that is routed again and again with other parameters. */
export interface Statement {
  /**
   * `situation` overrides the host's routing defaults for this call.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER
   */
  route(params?: readonly Parameter[], situation?: RoutingDefaults): Decision;
}

function noQuery(query: unknown): MortiseError {
  const sql: unknown = (query as Partial<Query> | null | undefined)?.sql;
  const whole = typeof query !== 'object' || query === null;
  return new MortiseError({
    code: 'MORTISE_ERR_QUERY',
    message: whole ? 'the query is no object' : 'the query has no SQL',
    where: whole ? undefined : 'sql',
    expected: whole ? '{ sql: string, params?: [...] }' : 'a string',
    found: nameOf(whole ? query : sql),
    remedy: 'Call route({ sql: "SELECT …", params: ["42"] }).',
  });
}
