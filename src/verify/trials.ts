/** The trials of `mortise verify --load`: each plugin once, beside those whose services it needs. */

import type { ConfigTable } from '../config/value.js';
import type { Problem } from '../errors.js';
import type { Sources } from '../loader/bundles/sources.js';
import { failed, skipped } from '../loader/checks/result.js';
import type { CheckResult, HostFacts } from '../loader/record.js';
import { type Offer, providersFor } from './offers.js';
import type { TryOptions, tryPlugin } from './trial.js';

export interface TrialsOptions extends Pick<TryOptions, 'timeoutMs'> {
  facts: HostFacts;
  /** What the configuration tells each file that it names. */
  configured: ReadonlyMap<string, ConfigTable | undefined>;
  host: NonNullable<TryOptions['host']>;
  /** What is done with each plugin, once those that it needs have been tried. Default: it is tried as well. */
  attempt?: typeof tryPlugin;
}

interface Own {
  config?: ConfigTable;
  sources?: Sources;
  dialect?: string;
}

/** Checks that see the process and not the plugin. */
const processWide: ReadonlySet<string> = new Set(['output', 'threads']);

export class Trials {
  readonly #options: TrialsOptions;
  readonly #tried = new Map<string, Promise<CheckResult[]>>();

  constructor(options: TrialsOptions) {
    this.#options = options;
  }

  /**
   * @param offers what it may count on; what it needs of them is tried first, so that nobody is blamed for another's
   *   fault
   * @param own its configuration, unless that of the host names its file; its family, where the file doesn't say it; and
   *   what a bundle needs of the host's sources
   */
  async try(plugin: Offer, offers: readonly Offer[], own: Own = {}): Promise<CheckResult[]> {
    const { facts } = this.#options;
    const providers = providersFor(plugin, offers, facts);
    const warned = new Map<string, string>();
    for (const provider of providers) {
      const checks = await this.#once(provider.path, providersFor(provider, offers, facts));
      const problem = checks.find(({ status }) => status === 'fail')?.problem;
      if (problem) return [failed('load', brokenProvider(plugin.path, provider, problem))];
      for (const { id, status } of checks) if (status === 'warn') warned.set(id, provider.identity.name);
    }
    const checks = await this.#once(plugin.path, providers, own, this.#options.attempt);
    // Whether it prints or leaves threads can't be told beside one that does.
    return checks.map((check) => {
      const other = check.status === 'warn' && processWide.has(check.id) ? warned.get(check.id) : undefined;
      return other ? skipped(check.id, `${other}, which it needs, has this warning itself`) : check;
    });
  }

  #once(
    path: string,
    providers: readonly Offer[],
    { config, sources, dialect }: Own = {},
    attempt?: typeof tryPlugin,
  ): Promise<CheckResult[]> {
    const known = this.#tried.get(path);
    if (known) return known;
    const { configured, host, timeoutMs } = this.#options;
    const trial = import('./trial.js').then(({ tryPlugin }) =>
      (attempt ?? tryPlugin)(path, {
        timeoutMs,
        config: configured.get(path) ?? config,
        host: { ...host, ...(sources && { sources }), ...(dialect !== undefined && { dialect }) },
        providers: providers.map(({ path }) => ({ path, config: configured.get(path) })),
      }),
    );
    this.#tried.set(path, trial);
    return trial;
  }
}

function brokenProvider(subject: string, { identity, path }: Offer, problem: Problem): Problem {
  return {
    ...problem,
    message: `needs ${identity.name}, which fails itself: ${problem.message}`,
    subject,
    where: path,
  };
}
