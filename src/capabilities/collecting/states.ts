/** How readers and writers are doing. */
import type { NativeReader, NativeWriter } from '../../native/collecting.js';
import type { ReaderRuns } from './readers.js';

export interface ReaderState {
  /** Whose it is; `mortise` for one in TypeScript. */
  plugin: string;
  name: string;
  /** Empty: none. */
  group: string;
  /** In seconds. */
  interval: number;
  /** Longer than `interval` while it fails: doubled each time. */
  effectiveInterval: number;
  lastRun: Date | undefined;
  lastDurationMs: number;
  nextRun: Date | undefined;
  /** By how much the last run began too late. */
  latenessMs: number;
  runs: number;
  failures: number;
  /** How often it was due while it still ran; in TypeScript only. */
  skipped: number;
  isRunning: boolean;
}

export interface WriterState {
  /** Whose it is; `mortise` for one in TypeScript. */
  plugin: string;
  name: string;
  /** Samples that it took, that it failed on, and that its full queue dropped. */
  written: number;
  failed: number;
  dropped: number;
  /** Samples that wait for it, those of them that are on disk, and how many may wait in memory. */
  waiting: number;
  onDisk: number;
  maxQueue: number;
  lastRun: Date | undefined;
  lastDurationMs: number;
  isRunning: boolean;
}

const moment = (milliseconds: number) => (milliseconds > 0 ? new Date(milliseconds) : undefined);

/** @param runs of one in TypeScript, whose end native code doesn't see */
export function readerState(native: NativeReader, runs: ReaderRuns | undefined): ReaderState {
  const { plugin, name, group, interval, effectiveInterval, lateness } = native;
  const { lastRun, isRunning, failures, skipped, ...told } = runs ?? { ...native, skipped: 0 };
  return {
    plugin,
    name,
    group,
    interval,
    effectiveInterval: Math.round(effectiveInterval * 1e6) / 1e6,
    lastRun: moment(lastRun),
    lastDurationMs: 'lastDurationMs' in told ? told.lastDurationMs : native.lastDuration * 1000,
    nextRun: moment(native.nextRun),
    latenessMs: lateness * 1000,
    runs: told.runs,
    failures,
    skipped,
    isRunning,
  };
}

export function writerState({ lastRun, lastDuration, ...same }: NativeWriter): WriterState {
  return { ...same, lastRun: moment(lastRun), lastDurationMs: lastDuration * 1000 };
}
