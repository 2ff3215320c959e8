/** Stops what is still open when the process ends: by process.exit, by an empty event loop, or by a signal. */
import { constants } from 'node:os';
import { onExit } from 'signal-exit';
import { addon } from '../native/addon.js';

const open = new Set<{ stop: () => void; signals: boolean }>();
let listening = false;
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Listener = (signal: NodeJS.Signals) => void;
const ending = new WeakSet<object>();
let heard = () => {};

/** Listens to `signal` as somebody who will end the process. */
export function endOn(signal: NodeJS.Signals, listener: Listener): () => void {
  const ends: Listener = (name) => {
    heard();
    listener(name);
  };
  ending.add(ends);
  process.on(signal, ends);
  return () => process.off(signal, ends);
}

/** Whether a listener of a signal is one that ends the process. */
export function isEnding(listener: object): boolean {
  return ending.has(listener);
}

/** `tell` is called when a signal that ends the process has been heard, before anything is stopped. */
export function onSignal(tell: () => void): void {
  heard = tell;
}

/**
 * @param stop runs at the end of the process, last opened first; nothing can be awaited there
 * @param signals whether SIGINT, SIGTERM and SIGHUP count as an end
 * @returns forgets `stop`
 */
export function closeAtExit(stop: () => void, signals: boolean): () => void {
  listenToEnds();
  const entry = { stop, signals };
  open.add(entry);
  return () => open.delete(entry);
}

/** What `closeAtExit` begins with; may be repeated. */
export function listenToEnds(): void {
  if (listening) return;
  listening = true;
  // It ends the process as the signal would have, unless somebody else listens to the signal.
  const before = new Set<unknown>(endSignals.flatMap((signal) => process.listeners(signal)));
  onExit((_, signal) => {
    if (signal !== null) heard();
    for (const entry of [...open].reverse()) {
      if (signal === null || entry.signals) entry.stop();
    }
    if (signal !== null && endWithWorkers(signal)) return true;
  });
  for (const listener of endSignals.flatMap((signal) => process.listeners(signal))) {
    if (!before.has(listener)) ending.add(listener);
  }
}

/**
 * A signal that ends the process leaves workers no time, and their plugins no module_fini; an exit does. So where
 * workers have hosts, the process exits, and ends by the signal after that.
 *
 * @returns whether it will
 */
function endWithWorkers(signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32' || addon().openHosts() <= open.size) return false;
  addon().endAfterWorkers(constants.signals[signal]);
  process.nextTick(() => process.exit());
  return true;
}
