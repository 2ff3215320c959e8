/** All that can be seen of a host from outside, at one moment, as plain data. */
import type { ReaderState, WriterState } from '../../capabilities/collecting/states.js';
import { version } from '../../package.js';
import { type PluginRecord, pluginRecord } from '../../registry/record.js';
import type { CallMetric } from '../../services/built-in/calls.js';
import type { PluginMetric } from '../../services/built-in/metrics.js';
import type { ServiceEntry } from '../../services/use/used.js';
import type { Host } from '../host.js';

export interface HostSnapshot {
  /** Milliseconds since 1970. */
  time: number;
  /** Of mortise. */
  version: string;
  pid: number;
  plugins: PluginRecord[];
  services: ServiceEntry[];
  calls: CallMetric[];
  /** What plugins count themselves. */
  metrics: PluginMetric[];
  readers: ReaderState[];
  writers: WriterState[];
}

/** @throws MortiseError MORTISE_ERR_HOST_CLOSED */
export function snapshotOf(host: Host): HostSnapshot {
  const all = host.metrics();
  const collecting = [...host.plugins].flatMap(({ offers }) => offers.collecting ?? []);
  return {
    time: Date.now(),
    version,
    pid: process.pid,
    plugins: [...host.plugins].map(pluginRecord),
    services: host.services.list(),
    calls: all.filter((one): one is CallMetric => one.kind === 'calls'),
    metrics: all.filter((one): one is PluginMetric => one.kind !== 'calls'),
    readers: collecting.flatMap(({ readers }) => readers),
    writers: collecting.flatMap(({ writers }) => writers),
  };
}
