/**
 * The way of every other question: many parameters, long ones, null and bytes, SQL that isn't kept, and a question
 * that is asked while a plugin answers another.
 */
import type { Addon } from '../../native/addon.js';
import { answered } from './answer.js';
import type { KeptSql } from './kept.js';
import { copyOf, outOfMemory, type Parameter } from './parameter.js';
import type { Decision } from './query.js';
import type { Chained, Questions } from './question.js';
import { decisionOf, maxShort, word, writeShort } from './short.js';

export interface LongWayOptions {
  native: Pick<Addon, 'ask' | 'askShort'> & { current: Uint32Array };
  questions: Questions;
  kept: KeptSql;
  chained: Chained;
  /** Throws once the router is closed. */
  check: () => void;
}

/**
 * @param known the number of kept SQL; 0: look whether it is kept
 * @throws MortiseError MORTISE_ERR_PARAMETER, and MORTISE_ERR_QUERY where there is no memory for it
 */
export type LongWay = (
  sql: string,
  known: number,
  params: readonly Parameter[],
  situation: number,
) => Decision;

export function longWay({ native, questions, kept, chained, check }: LongWayOptions): LongWay {
  const { ask, askShort, current } = native;
  const { first } = questions;

  // Longer than the 460 bytes of bytecode that V8 puts into callers: `route` with this in it has no room left in its own
  // callers, which the short way needs.
  function long(sql: string, known: number, params: readonly Parameter[], situation: number): Decision {
    check();
    const given = copyOf(params);
    const count = given.length;
    let question = first.isBusy ? questions.idle() : first;

    // One and two were tried before. While a plugin is asked it may be reading kept SQL, which a search could replace.
    if (count > 2 && count <= maxShort && question === first) {
      const { slot } = question;
      const { words } = slot;
      let index = 0;
      while (index < count && writeShort(words, index, given[index])) index++;
      let number = 0;
      if (index === count) number = known === 0 ? kept.find(sql) : known;
      if (number !== 0) {
        if (slot.situation !== situation) slot.writeSituation(situation);
        words[word.parameterCount] = count;
        words[word.statement] = number;
        const { linked } = chained;
        current[0] = question.index;
        askShort();
        return words[word.faultCount] === 0 ? decisionOf(words, linked.names) : answered(slot, linked);
      }
    }

    if (!question.slot.writeLong(given)) question = questions.larger(given);
    const { slot } = question;
    if (slot.situation !== situation) slot.writeSituation(situation);
    // Of what was prepared: for the types of its parameters.
    slot.words[word.statement] = known;
    const { linked } = chained;
    current[0] = question.index;
    try {
      ask(sql, given[0], given[1], given[2], given[3]);
    } catch (error) {
      throw outOfMemory(error);
    }
    const { words } = slot;
    return words[word.faultCount] === 0 ? decisionOf(words, linked.names) : answered(slot, linked);
  }
  return long;
}
