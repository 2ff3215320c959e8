/** A plugin as `mortise list` shows it. */
import type { CollectingOffer } from '../../capabilities/collecting/offer.js';
import type { PluginRecord } from '../../registry/record.js';

/** Readers and writers that a plugin registered, with what it asked for. Times in seconds. */
export interface Callbacks {
  readers: { name: string; group: string; interval: number; effectiveInterval: number; failures: number }[];
  writers: { name: string; maxQueue: number; waiting: number; dropped: number }[];
}

export interface ListedPlugin extends PluginRecord {
  /** Of a plugin that reads or writes values. */
  collecting?: Callbacks;
}

export function callbacksOf({ readers, writers }: CollectingOffer): Callbacks {
  return {
    readers: readers.map(({ name, group, interval, effectiveInterval, failures }) => ({
      name,
      group,
      interval,
      effectiveInterval,
      failures,
    })),
    writers: writers.map(({ name, maxQueue, waiting, dropped }) => ({ name, maxQueue, waiting, dropped })),
  };
}
