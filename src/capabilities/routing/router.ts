/** Asks the chain of plugins where a query goes. */
import { addon, type NativeChain, type NativeHost } from '../../native/addon.js';
import { type Explanation, explain } from './explain.js';
import { KeptSql } from './kept.js';
import { longWay } from './long-way.js';
import { outOfMemory, type Parameter, typesOf } from './parameter.js';
import { type Decision, noQuery, type Query, type RoutingDefaults } from './query.js';
import { type Chained, type Link, Questions, type Situation } from './question.js';
import { word } from './short.js';
import { type ShortWay, shortWay } from './short-way.js';
import { Summaries } from './sql/summaries.js';
import type { SqlSummary } from './sql/summary.js';

export type { Link } from './question.js';

/** One for the life of its host: what was prepared stays valid when plugins come and go. */
export class Router {
  readonly #chain: NativeChain;
  readonly #questions: Questions;
  readonly #chained: Chained = { linked: { links: [], names: [null] } };
  readonly #short: ShortWay;
  readonly #prepared: FinalizationRegistry<number>;
  readonly #defaults: Situation;
  readonly #summaries: Summaries;
  #refuse: (() => never) | undefined;
  /** @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, and what `close` was given */
  readonly route: (query: Query) => Decision;

  /**
   * @param links the plugins that can route, in configuration order
   * @param host theirs, which may have a parser of SQL
   */
  constructor(links: readonly Link[], defaults: RoutingDefaults, host?: NativeHost) {
    this.#chain = addon().createChain(host);
    this.#questions = new Questions(this.#chain);
    this.#summaries = new Summaries(this.#chain);
    const { ask, askShort, currentQuestion, forgetSql } = addon();
    // An object of its own: the addon has so many members that V8 looks each up by its name.
    const native = { ask, askShort, current: currentQuestion };
    const kept = new KeptSql(this.#chain);
    const chained = this.#chained;
    const questions = this.#questions;
    const check = () => this.#refuse?.();
    this.#defaults = {
      shards: defaults.shards ?? 1,
      hasPrimary: defaults.hasPrimary ?? true,
      hasReplicas: defaults.hasReplicas ?? false,
      inTransaction: defaults.inTransaction ?? false,
      writeOverride: defaults.writeOverride ?? false,
    };
    this.#prepared = new FinalizationRegistry((number) => forgetSql(this.#chain, number));
    this.#short = shortWay({
      native,
      question: questions.first,
      kept,
      defaults: this.#defaults,
      chained,
      long: longWay({ native, questions, kept, chained, check }),
    });
    this.route = this.#short.route;
    this.relink(links);
  }

  /**
   * Asks as `route` does, or with `types` as a statement does that was prepared with them, and tells what each plugin
   * said.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, and what `close` was given
   */
  explain(query: Query, types?: readonly number[]): Explanation {
    this.#refuse?.();
    const isTyped = types !== undefined && types.length > 0 && typeof query?.sql === 'string';
    const statement = isTyped ? this.#keep(query.sql, typesOf(types)) : 0;
    let told: Omit<Explanation, 'statement'>;
    try {
      told = explain(query, statement, this.#defaults, this.#questions, this.#chained.linked);
    } finally {
      if (statement !== 0) addon().forgetSql(this.#chain, statement);
    }
    // Last: what plugins ask for costs them what it costs in `route`.
    return { ...told, statement: this.#summaries.identify(query.sql) };
  }

  /** Other plugins are asked from now on; a question on its way still goes to those that there were. */
  relink(links: readonly Link[]): void {
    this.#chained.linked = { links, names: [null, ...links.map(({ name }) => name)] };
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
    const { words } = this.#questions.first.slot;
    words[word.busy] = (words[word.busy] as number) + 1;
  }

  /** @throws MortiseError MORTISE_ERR_QUERY, and what `close` was given */
  summary(sql: string): SqlSummary {
    this.#refuse?.();
    if (typeof sql !== 'string') throw noQuery({ sql }, sql);
    return this.#summaries.of(sql);
  }

  #keep(sql: string, types: Uint32Array | undefined): number {
    try {
      return addon().keepSql(this.#chain, sql, types);
    } catch (error) {
      throw outOfMemory(error);
    }
  }

  /**
   * A statement whose routing doesn't encode the SQL again. `types` are the OIDs that the client declared for its
   * parameters, as PostgreSQL's Parse message has them; 0: none.
   * @throws MortiseError MORTISE_ERR_QUERY, and what `close` was given
   */
  prepare(sql: string, types?: readonly number[]): Statement {
    this.#refuse?.();
    if (typeof sql !== 'string') throw noQuery({ sql }, sql);
    const number = this.#keep(sql, types && types.length > 0 ? typesOf(types) : undefined);
    const route = this.#short.prepared(sql, number);
    // The function, not the statement: it can be taken out of it.
    this.#prepared.register(route, number);
    return { route };
  }
}

/** A query that is routed again and again with other parameters. */
export interface Statement {
  /**
   * `situation` overrides the host's routing defaults for this call.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  route(params?: readonly Parameter[], situation?: RoutingDefaults): Decision;
}
