/** Texts that MariaDB's full-text parsers take apart. */

import { badArgument } from '../../capabilities/arguments.js';
import type { FullTextOffer, SearchToken } from '../../capabilities/full-text.js';
import { mariadbAddon, type NativeToken, type NativeTokens } from '../../native/mariadb.js';
import { failed } from './messages.js';
import type { Started } from './started.js';

/** Bytes: a parser counts in 32 bits, and makes many times as much of what it is given. */
const maxText = 2 ** 24;

/** MYSQL_FTPARSER_SIMPLE_MODE and MYSQL_FTPARSER_FULL_BOOLEAN_INFO. */
const simple = 0;
const boolean = 2;

const kinds: Readonly<Record<number, SearchToken['kind']>> = {
  1: 'word',
  2: 'open',
  3: 'close',
  4: 'stopword',
};

export function fullTextOf({ name, library, alive, turns }: Started, index: number): FullTextOffer {
  const checked = (text: string): string => {
    alive();
    if (typeof text !== 'string') throw badArgument(name, 'text', 'a string', typeof text);
    const size = Buffer.byteLength(text);
    if (size > maxText) throw badArgument(name, 'text', `at most ${maxText} bytes`, `${size} bytes`);
    return text;
  };
  const native = mariadbAddon();
  const later = (text: string, mode: number) =>
    turns.take(() => native.mariadbParseLater(library, index, mode, text));
  const words = (answer: NativeTokens) => tokensIn(name, 'words', answer).map(({ word }) => word);
  const search = (answer: NativeTokens) => tokensIn(name, 'search', answer).flatMap(tokenOf);
  return {
    words: (text) => words(native.mariadbParse(library, index, simple, checked(text))),
    search: (text) => search(native.mariadbParse(library, index, boolean, checked(text))),
    wordsAsync: async (text) => words(await later(checked(text), simple)),
    searchAsync: async (text) => search(await later(checked(text), boolean)),
  };
}

function tokensIn(plugin: string, where: string, { tokens, status, messages }: NativeTokens): NativeToken[] {
  if (tokens) return tokens;
  const full = status === 0;
  const otherwise = full ? 'it gives more than 1,048,576 words' : `${where} failed: status ${status}`;
  throw failed(
    plugin,
    where,
    { messages, otherwise, found: full ? 'more words' : `status ${status}` },
    'a text that the plugin takes apart, into at most 1,048,576 words',
    'Do what the message asks for; it is the plugin’s own. Take a long text in parts.',
  );
}

/** What ends a search (FT_TOKEN_EOF), and kinds that there aren't, are left out. */
function tokenOf({ word, kind, presence, weight, isNoise, isPrefix }: NativeToken): SearchToken[] {
  const known = kinds[kind];
  if (known === undefined) return [];
  const sign = presence > 0 ? 'required' : presence < 0 ? 'excluded' : 'optional';
  return [{ kind: known, word, presence: sign, weight, isNoise, isPrefix }];
}
