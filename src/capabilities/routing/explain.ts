/** A decision explained: who was asked, what each said, and how long it took. */
import type { Problem } from '../../errors.js';
import { addon } from '../../native/addon.js';
import { answered } from './answer.js';
import { faultOf } from './fault.js';
import { copyOf, outOfMemory, type Parameter } from './parameter.js';
import { type Decision, noQuery, type Query } from './query.js';
import type { Link, Linked, Questions, Situation } from './question.js';
import { word } from './short.js';
import { situationOf } from './slot.js';
import type { SqlIdentity } from './sql/summaries.js';

/** What one plugin of the chain said. */
export interface Asked {
  /** Its name. */
  plugin: string;
  /**
   * `decided`: its answer is the decision. `passed`: it has no opinion. `fault`: its answer broke the rules, and counted
   * as none. `not asked`: an earlier one had decided.
   */
  said: 'decided' | 'passed' | 'fault' | 'not asked';
  /** How long it took, some 20 ns for reading the clock included; null when it wasn't asked. */
  nanoseconds: number | null;
  /** The rule that its answer broke. A reason of a block may break one too; then it decided all the same. */
  error?: Problem;
}

/** What `host.explain` gives. */
export interface Explanation {
  decision: Decision;
  /** Which statement it was. */
  statement: SqlIdentity;
  /** Every plugin that routes, in the order of the chain. */
  asked: Asked[];
}

/** Numbers for each plugin in what native code tells. */
const perPlugin = 4;

/**
 * @param statement the number of kept SQL, whose parameters have declared types; 0: none
 * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER
 */
export function explain(
  query: Query,
  statement: number,
  defaults: Situation,
  questions: Questions,
  linked: Linked,
): Omit<Explanation, 'statement'> {
  const sql = query?.sql;
  if (typeof sql !== 'string') throw noQuery(query, sql);
  const { shards, hasReplicas, hasPrimary, inTransaction, writeOverride } = query;
  const situation = situationOf(defaults, shards, hasReplicas, hasPrimary, inTransaction, writeOverride);
  const given: readonly Parameter[] = copyOf(query.params ?? []);
  let question = questions.idle();
  if (!question.slot.writeLong(given)) question = questions.larger(given);
  const { slot } = question;
  slot.writeSituation(situation);
  slot.words[word.statement] = statement;
  const native = addon();
  native.currentQuestion[0] = question.index;
  let told: number[];
  try {
    told = native.explain(sql, given[0], given[1], given[2], given[3]);
  } catch (error) {
    throw outOfMemory(error);
  }
  // Faults stand in what was told: the slot has at most the reason's.
  const decision = answered(slot, linked);
  const asked = linked.links.map((link, index) =>
    askedOf(link, told.slice(index * perPlugin, (index + 1) * perPlugin), situation),
  );
  const decider = asked.find(({ said }) => said === 'decided');
  const errors = asked.flatMap(({ error }) => error ?? []).concat(decision.errors ?? []);
  if (decider && decision.errors?.[0]) decider.error = decision.errors[0];
  if (errors.length > 0) decision.errors = errors;
  return { decision, asked };
}

function askedOf(link: Link, told: number[], situation: number): Asked {
  const plugin = link.name;
  const [nanoseconds, decided, kind, value] = told;
  if (nanoseconds === undefined) return { plugin, said: 'not asked', nanoseconds: null };
  if (!kind) return { plugin, said: decided ? 'decided' : 'passed', nanoseconds };
  link.faults++;
  const fault = { plugin: 0, kind, value: value as number, shards: Math.floor(situation / 16) };
  return { plugin, said: 'fault', nanoseconds, error: faultOf(link, fault) };
}
