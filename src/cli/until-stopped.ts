/** Waits for a signal, or for time to pass. */
import type { Cli } from './cli.js';
import type { StopSignal } from './io.js';

/**
 * Resolves with the signal that came, or `time` when the time was up.
 * @param milliseconds undefined: no limit
 * @param signals those that stop; default all that do
 */
export function untilStopped(cli: Cli, milliseconds: number | undefined, signals?: readonly StopSignal[]) {
  let end: (reason: NodeJS.Signals | 'time') => void = () => {};
  const reason = new Promise<NodeJS.Signals | 'time'>((resolve) => {
    end = resolve;
  });
  const unlisten = cli.io.onStop((signal) => end(signal), signals);
  // The timer also keeps the process alive, which signal handlers and idle plugins do not.
  const timer =
    milliseconds === undefined ? setInterval(() => {}, 2 ** 30) : setTimeout(() => end('time'), milliseconds);
  const cancel = () => {
    clearTimeout(timer);
    unlisten();
  };
  return { reason, cancel };
}
