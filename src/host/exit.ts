/** Stops what is still open when the process ends: by process.exit, by an empty event loop, or by a signal. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const open = new Set<{ stop: () => void; signals: boolean }>();
let listening = false;

/**
 * @param stop runs at the end of the process, last opened first; nothing can be awaited there
 * @param signals whether SIGINT, SIGTERM and SIGHUP count as an end
 * @returns forgets `stop`
 */
export function closeAtExit(stop: () => void, signals: boolean): () => void {
  listen();
  const entry = { stop, signals };
  open.add(entry);
  return () => open.delete(entry);
}

function listen(): void {
  if (listening) return;
  listening = true;
  // It ends the process as the signal would have, unless somebody else listens to the signal.
  const { onExit } = require('signal-exit') as typeof import('signal-exit');
  onExit((_, signal) => {
    for (const entry of [...open].reverse()) {
      if (signal === null || entry.signals) entry.stop();
    }
  });
}
