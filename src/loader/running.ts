/** What a started plugin is to the host, whatever carries it: a library in the process, a program, a driver. */
import type { Problem } from '../errors.js';
import type { CheckResult } from './checks/result.js';

/**
 * What a plugin can be asked, by capability. Each capability adds its own key: in capabilities/NAME.ts
 * `declare module '../loader/running.js' { interface Offers { NAME?: … } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: capabilities add their keys
export interface Offers {}

/** What is to be told of the process of a plugin that has one of its own. */
export interface ProcessFacts {
  /** Undefined while it doesn't run. */
  pid?: number;
  /** How often it was started again. */
  restarts: number;
  /** Why it last ended. */
  lastEnd?: string;
}

/** A plugin that was started. Its dialect makes it, and the host ends it. */
export interface Running {
  readonly offers: Offers;
  /** What was found while it started. */
  readonly warnings: readonly CheckResult[];
  /** Undefined when it runs in this process. */
  readonly process?: ProcessFacts;
  /**
   * Says to those who want its services that these are going, and gives them to nobody any more.
   * @param always even while others hold leases; otherwise nothing changes then
   * @returns the names of those who hold leases
   */
  retire(always: boolean): string[];
  /**
   * Takes no more work of it, and refuses what its threads ask for. May be called again and again.
   * @param limitMs how long its work may still run; counts with the first call
   * @returns how much still runs; 0 when it can be stopped
   */
  settle(limitMs?: number): number;
  /** Reports the problem, and leaves the plugin alone: nothing of it is called or taken away any more. */
  abandon(problem: Problem): void;
  /**
   * Ends the plugin; safe to repeat.
   * @param limitMs how long its own work may still run; 0 where that was waited for; default some seconds
   * @returns false when it can't end: it is left alone then, and a problem was reported
   */
  stop(limitMs?: number): boolean;
}

/** Where in its life a plugin is about to be: said before the step is taken. */
export interface Step {
  name: 'load' | 'link' | 'register' | 'init' | 'fini';
  /** What runs, in its family's words: `module_init`. Undefined when the plugin has nothing for this step. */
  entry?: string;
}
