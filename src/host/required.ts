/** The plugins without which a host does not open. */
import { MortiseError, type Problem } from '../errors.js';
import type { Plugin } from '../registry/plugin.js';

/** @throws MortiseError MORTISE_ERR_PLUGIN_REQUIRED, with the reasons of each plugin behind it */
export function requireReady(plugins: Iterable<Plugin>): void {
  const missing = [...plugins].filter(({ required, state }) => required && state !== 'ready');
  const problems = missing.flatMap(({ name, state, error }): Problem[] => [
    {
      code: 'MORTISE_ERR_PLUGIN_REQUIRED',
      message: `${name} did not start (${state})`,
      subject: name,
      expected: 'ready',
      found: state,
      remedy: 'Correct what follows, or set required = false.',
    },
    ...(error?.problems ?? []),
  ]);
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
}
