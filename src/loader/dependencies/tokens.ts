/** What the dynamic string tokens of one library stand for (ld.so(8), "Dynamic string tokens"). */
export interface Tokens {
  ORIGIN: string;
  LIB?: string;
  PLATFORM?: string;
}

// As ld.so matches them: with braces, or as a prefix of whatever follows.
const token = /\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM))/g;

/** A path with its tokens replaced; an unknown token stays as it is written, and then names no directory. */
export function expand(text: string, tokens: Tokens): string {
  return text.replace(token, (whole, braced?: keyof Tokens, bare?: keyof Tokens) => {
    return tokens[(braced ?? bare) as keyof Tokens] ?? whole;
  });
}

/** True when the path depends on where the library lies. */
export function namesOrigin(text: string): boolean {
  return /\$(?:\{ORIGIN\}|ORIGIN)/.test(text);
}
