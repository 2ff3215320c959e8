/** The services that the host itself has, as native/services/built_in.cc registers them; a test compares the two. */
import type { HostService } from '../../loader/service-fits.js';

/** Minor, and the functions as the header in include/mortise states them. */
const services: Record<string, [minor: number, functions: readonly string[]]> = {
  clock: [0, ['wall(host) -> i64 [any-thread]', 'monotonic(host) -> i64 [any-thread]']],
  config: [
    0,
    [
      'find(host, path: mortise_text) -> const mortise_value * [any-thread]',
      'refuse(host, path: mortise_text, rule: mortise_text) -> none [entry]',
    ],
  ],
  files: [
    0,
    [
      'read(host, path: mortise_text, offset: u64, buffer: void *, capacity: u64, error) -> i64 or -1 [any-thread]',
      'write(host, path: mortise_text, bytes: const void *, size: u64, mode: i32, error) -> status [any-thread]',
      'list(host, path: mortise_text, visit: mortise_files_visit, context: void *, error) -> status [any-thread]',
      'remove(host, path: mortise_text, error) -> status [any-thread]',
    ],
  ],
  log: [
    1,
    [
      'enabled(host, severity: i32) -> bool [any-thread]',
      'write(host, severity: i32, message: mortise_text) -> none [any-thread]',
      'write_fields(host, severity: i32, message: mortise_text, fields: const mortise_member *, count: u32) -> none [any-thread] since 1.1',
    ],
  ],
  memory: [
    0,
    [
      'allocate(host, bytes: u64) -> void * [any-thread]',
      'reallocate(host, block: void *, bytes: u64) -> void * [any-thread]',
      'release(host, block: void *) -> none [any-thread]',
    ],
  ],
  metrics: [
    0,
    [
      'counter(host, name: mortise_text, help: mortise_text) -> mortise_metric * [any-thread]',
      'gauge(host, name: mortise_text, help: mortise_text) -> mortise_metric * [any-thread]',
      'histogram(host, name: mortise_text, help: mortise_text, bounds: const f64 *, count: u32) -> mortise_metric * [any-thread]',
      'add(host, metric: mortise_metric *, amount: u64) -> none [any-thread]',
      'set(host, metric: mortise_metric *, value: f64) -> none [any-thread]',
      'observe(host, metric: mortise_metric *, value: f64) -> none [any-thread]',
    ],
  ],
  registry: [
    0,
    [
      'each(host, visit: mortise_service_visit, context: void *) -> status [any-thread]',
      'subscribe(host, name: mortise_text, version: u32, function: mortise_notice_function, context: void *, error) -> status [main-thread]',
      'unsubscribe(host, function: mortise_notice_function, context: void *) -> status [main-thread]',
    ],
  ],
  state: [
    0,
    [
      'get(host, key: mortise_text, buffer: void *, capacity: u64) -> i64 or -1 [any-thread]',
      'put(host, key: mortise_text, value: const void *, bytes: u64, error) -> status [any-thread]',
      'remove(host, key: mortise_text) -> status [any-thread]',
      'each(host, visit: mortise_state_visit, context: void *) -> status [any-thread]',
    ],
  ],
  tasks: [
    0,
    [
      'run_main(host, task: mortise_task, context: void *) -> u64 [any-thread]',
      'run_pool(host, task: mortise_task, context: void *) -> u64 [any-thread]',
      'start_timer(host, delay: u64, period: u64, task: mortise_task, context: void *) -> u64 [any-thread]',
      'cancel(host, number: u64) -> status [any-thread]',
    ],
  ],
};

export const builtInServices: readonly HostService[] = Object.entries(services).map(
  ([name, [minor, functions]]) => ({
    name: `mortise.${name}`,
    major: 1,
    minor,
    provider: 'mortise',
    signature: functions.join(';'),
  }),
);
