/** Asks the chain of plugins where a query goes. */
import { MortiseError } from '../../errors.js';
import { type Addon, addon, type NativeChain } from '../../native/addon.js';
import { KeptSql } from './kept.js';
import { nameOf, noParameterList, type Parameter } from './parameter.js';
import type { Decision, Query, RoutingDefaults } from './query.js';
import { type Link, type Linked, problemsOf, Question, type Situation } from './question.js';
import { decisionOf, maxShort, word, writeShort, writeTwo } from './short.js';
import { checkCount, Slot, situationOf } from './slot.js';

export type { Link } from './question.js';

const noParameters: readonly Parameter[] = [];
const noSituation: RoutingDefaults = {};

/**
 * Asks about one text.
 * @param number of the kept SQL; 0: look whether it is kept
 */
type Ask = (
  sql: string,
  number: number,
  params: readonly Parameter[],
  given: RoutingDefaults | undefined,
) => Decision;

/** One for the life of its host: what was prepared stays valid when plugins come and go. */
export class Router {
  readonly #native: Pick<Addon, 'ask' | 'askShort'> & { current: Uint32Array };
  readonly #chain: NativeChain = addon().createChain();
  readonly #kept = new KeptSql(this.#chain);
  readonly #defaults: Situation;
  /** The first serves nearly every call. */
  readonly #questions: Question[] = [];
  readonly #prepared: FinalizationRegistry<number>;
  readonly #ask: Ask;
  /** Replaced as a whole: a call that goes on reads the one that it began with. */
  #linked: Linked = { links: [], names: [null] };
  #refuse: (() => never) | undefined;

  /** @param links the plugins that can route, in configuration order */
  constructor(links: readonly Link[], defaults: RoutingDefaults) {
    const { ask, askShort, currentQuestion, forgetSql } = addon();
    // An object of its own: the addon has so many members that V8 looks each up by its name.
    this.#native = { ask, askShort, current: currentQuestion };
    this.#prepared = new FinalizationRegistry((number) => forgetSql(this.#chain, number));
    this.#defaults = {
      shards: defaults.shards ?? 1,
      hasPrimary: defaults.hasPrimary ?? true,
      hasReplicas: defaults.hasReplicas ?? false,
      inTransaction: defaults.inTransaction ?? false,
      writeOverride: defaults.writeOverride ?? false,
    };
    this.#questions.push(new Question(this.#chain, new Slot()));
    this.#ask = this.#shortWay();
    this.relink(links);
  }

  /** Other plugins are asked from now on; a question on its way still goes to those that there were. */
  relink(links: readonly Link[]): void {
    this.#linked = { links, names: [null, ...links.map(({ name }) => name)] };
    addon().relinkChain(
      this.#chain,
      links.map(({ native }) => native),
    );
  }

  /** Whoever calls afterwards, also of what was prepared, gets what `refuse` throws. */
  close(refuse: () => never): void {
    if (this.#refuse) return;
    this.#refuse = refuse;
    // Never idle again: so the short way needs no look of its own at whether it is closed.
    const { words } = (this.#questions[0] as Question).slot;
    words[word.busy] = (words[word.busy] as number) + 1;
  }

  /** @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, and what `close` was given */
  route(query: Query): Decision {
    const sql = query?.sql;
    if (typeof sql !== 'string') throw noQuery(query, sql);
    return this.#ask(sql, 0, query.params ?? noParameters, query);
  }

  /**
   * A statement whose routing doesn't encode the SQL again.
   * @throws MortiseError MORTISE_ERR_QUERY, and what `close` was given
   */
  prepare(sql: string): Statement {
    this.#refuse?.();
    if (typeof sql !== 'string') throw noQuery({ sql }, sql);
    const number = addon().keepSql(this.#chain, sql);
    const ask = this.#ask;
    const route: Statement['route'] = (params, situation) =>
      ask(sql, number, params ?? noParameters, situation ?? undefined);
    // The function, not the statement: it can be taken out of it.
    this.#prepared.register(route, number);
    return { route };
  }

  /** For up to two short parameters, as nearly all questions have: flat, and with nothing that could be left out. */
  #shortWay(): Ask {
    const { slot, index } = this.#questions[0] as Question;
    const { words } = slot;
    const { askShort, current } = this.#native;
    const find = (sql: string) => this.#kept.find(sql);
    const defaults = this.#defaults;
    const { faultCount, statement } = word;
    const usual = situationOf(noSituation, defaults);
    // Of no use where words have their bytes in another order.
    if (maxShort < 0) {
      return (sql, number, params, given) =>
        this.#longWay(sql, number, params, given === undefined ? usual : situationOf(given, defaults));
    }
    return (sql, number, params, given) => {
      const told = given === undefined ? usual : situationOf(given, defaults);
      if (writeTwo(words, params)) {
        const kept = number === 0 ? find(sql) : number;
        if (kept !== 0) {
          if (slot.situation !== told) slot.writeSituation(told);
          const linked = this.#linked;
          words[statement] = kept;
          current[0] = index;
          askShort();
          return words[faultCount] === 0 ? decisionOf(words, linked.names) : answered(slot, linked);
        }
      }
      return this.#longWay(sql, number, params, told);
    };
  }

  #longWay(sql: string, number: number, params: readonly Parameter[], situation: number): Decision {
    this.#refuse?.();
    if (!Array.isArray(params)) throw noParameterList(params);
    const question = this.#idle();
    const statement = question.reserved((slot) => this.#writeShort(question, slot, sql, number, params));
    if (statement === 0) return this.#askLong(question, sql, params, situation);
    const { slot } = question;
    slot.writeSituation(situation);
    slot.words[word.statement] = statement;
    this.#native.current[0] = question.index;
    const linked = this.#linked;
    this.#native.askShort();
    return answered(slot, linked);
  }

  /** The number of the kept SQL; 0 when the question isn't short. */
  #writeShort(
    question: Question,
    { words }: Slot,
    sql: string,
    number: number,
    params: readonly Parameter[],
  ) {
    if (params.length > maxShort) return 0;
    for (let index = 0; index < params.length; index++) {
      if (!writeShort(words, index, params[index])) return 0;
    }
    words[word.parameterCount] = params.length;
    // While a plugin is asked it may be reading kept SQL, which a search could replace.
    return number !== 0 || question !== this.#questions[0] ? number : this.#kept.find(sql);
  }

  #askLong(first: Question, sql: string, params: readonly Parameter[], situation: number): Decision {
    checkCount(params);
    // Read once: what a getter gives may differ the next time.
    const given = params.slice();
    const question = first.reserved((slot) => slot.writeLong(given)) ? first : this.#larger(given);
    const { slot } = question;
    slot.writeSituation(situation);
    this.#native.current[0] = question.index;
    const linked = this.#linked;
    this.#native.ask(sql, given[0], given[1], given[2], given[3]);
    return answered(slot, linked);
  }

  /** An idle one that these parameters stand in already. */
  #larger(params: readonly Parameter[]): Question {
    const fitting = this.#questions.find((question) => !question.isBusy && question.slot.writeLong(params));
    if (fitting) return fitting;
    const question = new Question(this.#chain, Slot.for(params));
    // One takes the place of another that was too small; the first stays.
    const small = this.#questions.findIndex((one, index) => index > 0 && !one.isBusy);
    if (small === -1) this.#questions.push(question);
    else this.#questions[small] = question;
    question.slot.writeLong(params);
    return question;
  }

  #idle(): Question {
    let question = this.#questions.find(({ isBusy }) => !isBusy);
    if (!question) {
      question = new Question(this.#chain, new Slot());
      this.#questions.push(question);
    }
    return question;
  }
}

/** The answer that stands in a slot. `linked` is from before the question: while it was asked, links may change. */
function answered(slot: Slot, linked: Linked): Decision {
  const decision = decisionOf(slot.words, linked.names);
  if (slot.words[word.faultCount] !== 0) decision.errors = problemsOf(slot, linked.links);
  return decision;
}

/** A query that is routed again and again with other parameters. */
export interface Statement {
  /**
   * `situation` overrides the host's routing defaults for this call.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  route(params?: readonly Parameter[], situation?: RoutingDefaults): Decision;
}

function noQuery(query: unknown, sql: unknown): MortiseError {
  const whole = typeof query !== 'object' || query === null;
  return new MortiseError({
    code: 'MORTISE_ERR_QUERY',
    message: whole ? 'the query is not an object' : 'the query has no SQL',
    where: whole ? undefined : 'sql',
    expected: whole ? '{ sql: string, params?: [...] }' : 'a string',
    found: nameOf(whole ? query : sql),
    remedy: 'Call route({ sql: "SELECT …", params: ["42"] }).',
  });
}
