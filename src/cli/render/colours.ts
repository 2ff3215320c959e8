/** Colours for a terminal, and none elsewhere. */
import picocolors from 'picocolors';

/** Functions that colour a text, or leave it alone. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** Colours for a stream: on a terminal, unless NO_COLOR or FORCE_COLOR ask otherwise. NO_COLOR wins. */
export function coloursFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR) return picocolors.createColors(false);
  if (FORCE_COLOR !== undefined) return picocolors.createColors(!['0', 'false'].includes(FORCE_COLOR));
  return picocolors.createColors(isTerminal && TERM !== 'dumb');
}
