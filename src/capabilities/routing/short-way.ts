/**
 * The way that nearly all questions go: kept SQL, up to two short parameters. Flat, in closures, because V8 finds
 * what those hold faster than the members of an object.
 */
import type { Addon } from '../../native/addon.js';
import { answered } from './answer.js';
import type { KeptSql } from './kept.js';
import type { LongWay } from './long-way.js';
import type { Parameter } from './parameter.js';
import { type Decision, noQuery, type Query, type RoutingDefaults } from './query.js';
import type { Chained, Linked, Question, Situation } from './question.js';
import { decisionOf, maxShort, writeLonger } from './short.js';
import { situationOf } from './slot.js';

/** The same for all who ask: an array of their own would be made for every call. */
const noParameters: readonly Parameter[] = [];

export interface ShortWayOptions {
  native: { askShort: Addon['askShort']; current: Uint32Array };
  question: Question;
  kept: KeptSql;
  defaults: Situation;
  chained: Chained;
  long: LongWay;
}

export interface ShortWay {
  /** @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER */
  route: (query: Query) => Decision;
  /** What routes a text that was kept under `number`. */
  prepared: (
    sql: string,
    number: number,
  ) => (params?: readonly Parameter[], situation?: RoutingDefaults) => Decision;
}

export function shortWay({ native, question, kept, defaults, chained, long }: ShortWayOptions): ShortWay {
  const { slot, index } = question;
  const { words } = slot;
  const { askShort, current } = native;
  const usual = situationOf(defaults);
  // No question is short where words have their bytes in another order.
  const maxCount = maxShort < 0 ? -1 : 2;

  const saidOf = ({ shards, hasReplicas, hasPrimary, inTransaction, writeOverride }: RoutingDefaults) =>
    situationOf(defaults, shards, hasReplicas, hasPrimary, inTransaction, writeOverride);

  /**
   * The links that were asked; null when the question must go the long way. Longer than the 460 bytes of bytecode
   * that V8 puts into callers: so it is compiled by itself, whole, while `route` stays short enough for every
   * caller, where V8 leaves out the query, its list of parameters and the Decision. Takes the parameters one by one
   * for the same reason.
   */
  function ask(
    sql: string,
    known: number,
    situation: number,
    count: number,
    first: unknown,
    second: unknown,
  ): Linked | null {
    if (words[/* busy */ 7] !== 0 || typeof first !== 'string' || typeof second !== 'string') return null;
    words[/* parameterCount */ 1] = count;

    let length = first.length;
    words[/* size of the first */ 62] = length;
    if (length > 4) {
      if (!writeLonger(words, 156, first)) return null;
    } else if (length > 0) {
      let even = first.charCodeAt(0);
      let odd = 0;
      if (length > 1) {
        odd = first.charCodeAt(1);
        if (length > 2) {
          even |= first.charCodeAt(2) << 16;
          if (length > 3) odd |= first.charCodeAt(3) << 16;
        }
      }
      if (((even | odd) & ~0x7f007f) !== 0) return null;
      words[156] = even | (odd << 8);
    }

    length = second.length;
    words[/* size of the second */ 68] = length;
    if (length > 4) {
      if (!writeLonger(words, 159, second)) return null;
    } else if (length > 0) {
      let even = second.charCodeAt(0);
      let odd = 0;
      if (length > 1) {
        odd = second.charCodeAt(1);
        if (length > 2) {
          even |= second.charCodeAt(2) << 16;
          if (length > 3) odd |= second.charCodeAt(3) << 16;
        }
      }
      if (((even | odd) & ~0x7f007f) !== 0) return null;
      words[159] = even | (odd << 8);
    }

    const number = known === 0 ? kept.find(sql) : known;
    if (number === 0) return null;
    if (slot.situation !== situation) slot.writeSituation(situation);
    const { linked } = chained;
    words[/* statement */ 0] = number;
    current[0] = index;
    askShort();
    return linked;
  }

  return {
    route(query) {
      const sql = query?.sql;
      if (typeof sql !== 'string') throw noQuery(query, sql);
      const params = query.params ?? noParameters;
      const { shards, hasReplicas, hasPrimary, inTransaction, writeOverride } = query;
      const situation =
        (shards ?? hasReplicas ?? hasPrimary ?? inTransaction ?? writeOverride) === undefined
          ? usual
          : situationOf(defaults, shards, hasReplicas, hasPrimary, inTransaction, writeOverride);
      const count = params.length;
      if (count > maxCount || params.constructor !== Array) return long(sql, 0, params, situation);
      const first = count > 0 ? params[0] : '';
      const second = count > 1 ? params[1] : '';
      const linked = ask(sql, 0, situation, count, first, second);
      if (linked === null) return long(sql, 0, twoOf(count, first, second), situation);
      return words[/* faultCount */ 6] === 0 ? decisionOf(words, linked.names) : answered(slot, linked);
    },
    prepared: (sql, number) => (given, said) => {
      const params = given ?? noParameters;
      const situation = said ? saidOf(said) : usual;
      const count = params.length;
      if (count > maxCount || params.constructor !== Array) return long(sql, number, params, situation);
      const first = count > 0 ? params[0] : '';
      const second = count > 1 ? params[1] : '';
      const linked = ask(sql, number, situation, count, first, second);
      if (linked === null) return long(sql, number, twoOf(count, first, second), situation);
      return words[/* faultCount */ 6] === 0 ? decisionOf(words, linked.names) : answered(slot, linked);
    },
  };
}

/** A list of our own: the caller's was read already. */
function twoOf(count: number, first: unknown, second: unknown): Parameter[] {
  return (count === 2 ? [first, second] : count === 1 ? [first] : []) as Parameter[];
}
