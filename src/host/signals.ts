/** Ends the process at a signal while a plugin that doesn't return keeps the event loop from hearing of it. */
import { constants } from 'node:os';
import { addon } from '../native/addon.js';
import { isEnding, listenToEnds, onSignal } from './exit.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof signals)[number];
let watching = false;

/** From the first host of the process on; a worker hears no signals. Nothing on Windows, whose signals are others. */
export function watchSignals(): void {
  if (watching || !addon().hearsSignals()) return;
  watching = true;
  listenToEnds();
  onSignal(() => addon().hearSignal());
  for (const signal of signals) watch(signal, process.listeners(signal));
  // An application that listens itself decides what a signal means, however late.
  process.on('newListener', (event, listener) => {
    if (isSignal(event)) watch(event, [...process.listeners(event), listener as () => void]);
  });
  process.on('removeListener', (event) => {
    if (isSignal(event)) watch(event, process.listeners(event));
  });
}

function watch(signal: Signal, listeners: unknown[]): void {
  const ends = listeners.length > 0 && listeners.every((listener) => isEnding(listener as () => void));
  addon().watchSignal(constants.signals[signal], ends);
}

function isSignal(event: string | symbol): event is Signal {
  return (signals as readonly (string | symbol)[]).includes(event);
}
