/** The answer that stands in a slot. */
import type { Problem } from '../../errors.js';
import { problemOf } from './fault.js';
import type { Decision } from './query.js';
import type { Linked } from './question.js';
import { readReason } from './reason.js';
import { decisionOf, word } from './short.js';
import type { Slot } from './slot.js';

/** @param linked from before the question: while it was asked, links may have changed */
export function answered(slot: Slot, linked: Linked): Decision {
  const decision = decisionOf(slot.words, linked.names);
  if (slot.words[word.faultCount] === 0) return decision;
  const errors: Problem[] = slot.faults().map((fault) => problemOf(fault, countFault(linked, fault.plugin)));
  const written = slot.reason();
  if (written) {
    const decider = slot.words[word.decider] as number;
    const { reason, problems } = readReason(written, linked.names[decider + 1] as string);
    if (reason) decision.reason = reason;
    if (problems.length > 0) countFault(linked, decider);
    errors.push(...problems);
  }
  if (errors.length > 0) decision.errors = errors;
  return decision;
}

/** The plugin's name. */
function countFault({ links }: Linked, index: number): string {
  const link = links[index] as Linked['links'][number];
  link.faults++;
  return link.name;
}
