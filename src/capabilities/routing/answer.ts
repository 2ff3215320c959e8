/** The answer that stands in a slot. */
import type { Problem } from '../../errors.js';
import { faultOf } from './fault.js';
import type { Decision } from './query.js';
import type { Link, Linked } from './question.js';
import { readReason } from './reason.js';
import { decisionOf, word } from './short.js';
import type { Slot } from './slot.js';

/** @param linked from before the question: while it was asked, links may have changed */
export function answered(slot: Slot, linked: Linked): Decision {
  const decision = decisionOf(slot.words, linked.names);
  if (slot.words[word.faultCount] === 0) return decision;
  const errors: Problem[] = slot.faults().map((fault) => {
    const link = linked.links[fault.plugin] as Link;
    link.faults++;
    return faultOf(link, fault);
  });
  const written = slot.reason();
  if (written) {
    const decider = slot.words[word.decider] as number;
    const { reason, problems } = readReason(written, linked.names[decider + 1] as string);
    if (reason) decision.reason = reason;
    if (problems.length > 0) (linked.links[decider] as Link).faults++;
    errors.push(...problems);
  }
  if (errors.length > 0) decision.errors = errors;
  return decision;
}
