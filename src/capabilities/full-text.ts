/** Plugins that take texts apart into words, such as MariaDB's full-text parsers. */
import type { Capability } from './capability.js';
import { NamedFacade } from './offered.js';

/** A part of a boolean search, such as `+apple -"pine tree" app*`. */
export interface SearchToken {
  kind: 'word' | 'stopword' | 'open' | 'close';
  /** Empty for what opens or closes a group. */
  word: string;
  /** Whether what is found has it, doesn't have it, or may have it. */
  presence: 'required' | 'excluded' | 'optional';
  /** What a hit counts for: above 0 more than usual, below less. */
  weight: number;
  /** Whether a hit counts against what has it. */
  isNoise: boolean;
  /** Whether words that begin with it are hits. */
  isPrefix: boolean;
}

/** What one plugin offers. Texts are UTF-8 to the plugin. */
export interface FullTextOffer {
  /**
   * The words of a text, for an index, or for a search in plain words. Runs on the calling thread.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED; _PLUGIN_FUNCTION once the plugin has stopped
   */
  words(text: string): string[];
  /**
   * The parts of a boolean search.
   * @throws MortiseError as `words`
   */
  search(text: string): SearchToken[];
  /** The same two on threads of their own. */
  wordsAsync(text: string): Promise<string[]>;
  searchAsync(text: string): Promise<SearchToken[]>;
}

declare module '../loader/running.js' {
  interface Offers {
    fullText?: FullTextOffer;
  }
}

/** All plugins that take texts apart: an index is made and searched by one. */
export class FullTextParsers extends NamedFacade<'fullText'> {}

/** `host.capability(FullText)` */
export const FullText: Capability<undefined, FullTextParsers> = {
  name: 'fullText',
  open: (host) => new FullTextParsers(host, 'fullText', 'takes texts apart'),
};
