/**
 * Asks the chain of plugins where a query goes. JavaScript writes the question into a slot, one native
 * call walks the chain, JavaScript reads the answer: nothing of JavaScript runs between two plugins.
 */
import { addon, type NativeChain, type NativePlugin, type NativeQuestion } from '../addon.js';
import { MortiseError, type Problem } from '../errors.js';
import { problemOf } from './fault.js';
import { KeptSql } from './kept.js';
import type { Decision, Parameter, Query, RoutingDefaults } from './query.js';
import { nameOf, Slot, word } from './slot.js';

/** One plugin of the chain, and the count of its answers that broke the rules. */
export interface Link {
  name: string;
  native: NativePlugin;
  faults: number;
}

const targets = [null, null, 'all', 'blocked'] as const;
const direct = 1;
const accesses = [null, 'read', 'write'] as const;
const noParameters: readonly Parameter[] = [];

/** A slot, and the functions that ask about what stands in it. `busy` while a plugin is being asked. */
interface Question {
  slot: Slot;
  native: NativeQuestion;
  busy: boolean;
}

export class Router {
  readonly #links: readonly Link[];
  readonly #chain: NativeChain;
  readonly #kept: KeptSql;
  readonly #defaults: Required<RoutingDefaults>;
  /** The first serves nearly every call; a service that routes while a plugin is asked takes the next. */
  readonly #questions: Question[];
  readonly #prepared: FinalizationRegistry<number>;

  /** @param links the plugins that can route, in configuration order */
  constructor(links: readonly Link[], defaults: RoutingDefaults) {
    this.#links = links;
    const chain = addon().createChain(links.map((link) => link.native));
    this.#chain = chain;
    this.#kept = new KeptSql(chain);
    this.#prepared = new FinalizationRegistry((number) => addon().forgetSql(chain, number));
    this.#questions = [this.#open(new Slot())];
    this.#defaults = {
      shards: defaults.shards ?? 1,
      hasPrimary: defaults.hasPrimary ?? true,
      hasReplicas: defaults.hasReplicas ?? false,
      inTransaction: defaults.inTransaction ?? false,
      writeOverride: defaults.writeOverride ?? false,
    };
  }

  /** @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER */
  route(query: Query): Decision {
    if (typeof query?.sql !== 'string') throw noQuery(query);
    // While a plugin is asked it may be reading kept SQL, which a search could replace.
    const number = this.#questions[0]?.busy ? 0 : this.#kept.find(query.sql);
    return this.#ask(query.sql, number, query.params ?? noParameters, query);
  }

  /**
   * A statement whose routing doesn't encode the SQL again.
   * @throws MortiseError MORTISE_ERR_QUERY
   */
  prepare(sql: string): Statement {
    if (typeof sql !== 'string') throw noQuery({ sql });
    const number = addon().keepSql(this.#chain, sql);
    const statement: Statement = {
      route: (params = noParameters, situation = this.#defaults) => this.#ask(sql, number, params, situation),
    };
    this.#prepared.register(statement, number);
    return statement;
  }

  #ask(sql: string, number: number, params: readonly Parameter[], situation: RoutingDefaults): Decision {
    let question = this.#questions[0] as Question;
    if (question.busy) question = this.#free();
    if (!question.slot.writeParameters(params)) this.#enlarge(question, params);
    const { slot, native } = question;
    slot.writeSituation(situation, this.#defaults);
    slot.words[word.statement] = number;
    question.busy = true;
    if (number !== 0 && !slot.passesArguments) native.askKept();
    else native.ask(sql, params[0], params[1], params[2], params[3]);
    question.busy = false;
    return decisionOf(slot, this.#links);
  }

  #open(slot: Slot): Question {
    return {
      slot,
      native: addon().createQuestion(this.#chain, slot.memory, slot.parameterCapacity),
      busy: false,
    };
  }

  #free(): Question {
    const free = this.#questions.find((question) => !question.busy);
    if (free) return free;
    const question = this.#open(new Slot());
    this.#questions.push(question);
    return question;
  }

  #enlarge(question: Question, params: readonly Parameter[]): void {
    Object.assign(question, this.#open(Slot.for(params)));
    question.slot.writeParameters(params);
  }
}

/** A query that is routed again and again with other parameters. */
export interface Statement {
  /**
   * `situation` overrides the host's routing defaults for this call.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER
   */
  route(params?: readonly Parameter[], situation?: RoutingDefaults): Decision;
}

function decisionOf(slot: Slot, links: readonly Link[]): Decision {
  const { words } = slot;
  const decider = words[word.decider] as number;
  const target = words[word.target] as number;
  const decision: Decision = {
    plugin: decider < 0 ? null : (links[decider] as Link).name,
    shard: target === direct ? (words[word.shard] as number) >>> 0 : (targets[target] ?? null),
    readWrite: accesses[words[word.readWrite] as number] ?? null,
  };
  if (words[word.faultCount] !== 0) decision.errors = problemsOf(slot, links);
  return decision;
}

function problemsOf(slot: Slot, links: readonly Link[]): Problem[] {
  const shards = (slot.words[word.shards] as number) >>> 0;
  return slot.faults().map((fault) => {
    const link = links[fault.plugin] as Link;
    link.faults++;
    return problemOf(fault, link.name, shards);
  });
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
