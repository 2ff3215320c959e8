/** What `mortise run` prints. */
import type { PluginRecord } from '../../registry/record.js';
import { count, duration } from './text.js';

/** What a run was, told at its end. */
export interface RunSummary {
  reason: NodeJS.Signals | 'time';
  milliseconds: number;
  plugins: readonly PluginRecord[];
  /** Lines of each severity. */
  logged: Record<'debug' | 'info' | 'warning' | 'error', number>;
  /** Lines of stderr that nobody could take: its reader had gone, or the disk was full. */
  lost: number;
}

/** "Running 3 plugins until SIGINT or SIGTERM." */
export function renderStarted(plugins: readonly PluginRecord[], milliseconds: number | undefined): string {
  const until = milliseconds === undefined ? 'until SIGINT or SIGTERM' : `for ${duration(milliseconds)}`;
  return `Running ${count(ready(plugins), 'plugin')} ${until}.`;
}

/** "Ran 3 plugins for 10.0 s; they logged 12 lines, 1 warning and 0 errors." */
export function renderStopped({ reason, milliseconds, plugins, logged, lost }: RunSummary): string {
  const all = Object.values(logged).reduce((sum, number) => sum + number, 0);
  const why = reason === 'time' ? '' : ` until ${reason}`;
  const severe = `${count(logged.warning, 'warning')} and ${count(logged.error, 'error')} among them`;
  const log = all === 0 ? 'They logged nothing' : `They logged ${count(all, 'line')}, ${severe}`;
  return `Ran ${count(ready(plugins), 'plugin')} for ${duration(milliseconds)}${why}. ${log}.${lost > 0 ? ` ${count(lost, 'line')} of stderr could not be written.` : ''}\n`;
}

function ready(plugins: readonly PluginRecord[]): number {
  return plugins.filter(({ state }) => state === 'ready').length;
}
