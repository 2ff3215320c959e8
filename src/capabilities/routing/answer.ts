/** The answer that stands in a slot. */
import { problemOf } from './fault.js';
import type { Decision } from './query.js';
import type { Linked } from './question.js';
import { decisionOf, word } from './short.js';
import type { Slot } from './slot.js';

/** @param linked from before the question: while it was asked, links may have changed */
export function answered(slot: Slot, linked: Linked): Decision {
  const decision = decisionOf(slot.words, linked.names);
  if (slot.words[word.faultCount] === 0) return decision;
  decision.errors = slot.faults().map((fault) => {
    const link = linked.links[fault.plugin] as Linked['links'][number];
    link.faults++;
    return problemOf(fault, link.name);
  });
  return decision;
}
