/** The addon's part in text and bytes that functions of services give back: native/node/bind_answer.cc, typed. */
import { type Addon, addon } from './addon.js';

interface AnswerAddon {
  /** The address of what plugins call with an answer. */
  answerFunction(): bigint;
  /** What doesn't fit into a call's answer at that address. */
  largeText(address: number): string;
  largeBytes(address: number): Buffer;
  freeAnswer(address: number): void;
  /** Undefined when there is no mortise_reply to be read at the address; else whether the caller took it. */
  giveAnswer(address: number, answer: string | Uint8Array): boolean | undefined;
}

export const answerAddon = (): Addon & AnswerAddon => addon() as Addon & AnswerAddon;
