/** Hosts with the C plugins beside this file. */
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type { Host, HostOptions, LogLine, PluginRequest, Problem } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { type BuildOptions, build } from '../../support/plugins/build.js';

export const make = (name: string, options?: BuildOptions): string =>
  build(`../../services/native/${name}.c`, { ...options, flags: ['-pthread', ...(options?.flags ?? [])] });

export const probe = (does: string, name = 'probe'): PluginRequest => ({
  name: make('probe', { define: { NAME: name } }),
  config: { does },
});

export interface Watched {
  host: Host;
  lines: LogLine[];
  problems: Problem[];
  /** What plugins logged so far, "plugin: message". */
  said(): string[];
}

export async function watch(options: HostOptions): Promise<Watched> {
  const lines: LogLine[] = [];
  const problems: Problem[] = [];
  const host = await open({ log: (line) => lines.push(line), ...options });
  host.on('problem', (problem) => problems.push(problem));
  await turn();
  return { host, lines, problems, said: () => lines.map(({ plugin, message }) => `${plugin}: ${message}`) };
}

/** Lets the host take what plugins left for it: between two of these the loop looks who woke it. */
export async function turn(): Promise<void> {
  for (let times = 0; times < 3; times++) await immediate();
}

export async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition() && Date.now() < end; ) await sleep(1);
}
