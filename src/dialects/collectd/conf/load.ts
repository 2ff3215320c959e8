/** LoadPlugin lines and Plugin blocks: which plugins are loaded, from where, and what each is told. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigTable } from '../../../config/value.js';
import type { Problem } from '../../../errors.js';
import type { CollectdItem } from '../../../native/collectd-config.js';
import { type LoadOptions, loadKeys, reserved } from '../config.js';
import { problemAt, unknownOption, wrongValue } from './problem.js';
import type { CollectdConf } from './record.js';
import { booleanOf, secondsOf, textOf } from './value.js';

/** Where Debian and most others have them. */
const defaultDirectory = '/usr/lib/collectd';

/** Targets that need no plugin. */
const builtIn = ['jump', 'stop', 'return', 'write'];

interface Loaded {
  name: string;
  directory: string;
  load: LoadOptions;
  where: string;
}

/** What is read of a file, top to bottom. */
export class Loading {
  autoLoad = false;
  directory: string;
  readonly #loaded = new Map<string, Loaded>();
  readonly #blocks = new Map<string, CollectdItem[]>();

  constructor(directory: string = defaultDirectory) {
    this.directory = directory;
  }

  loadPlugin(item: CollectdItem): Problem[] {
    const name = nameOf(item);
    if (name === undefined) return [wrongValue(item, 'the name of one plugin, such as cpu')];
    const problems: Problem[] = [];
    const load: LoadOptions = {};
    for (const option of item.children) {
      const key = keyOf(option.key, Object.keys(loadKeys)) as keyof LoadOptions | undefined;
      if (key === undefined) {
        problems.push(unknownOption(option, Object.keys(loadKeys), 'of a LoadPlugin block'));
        continue;
      }
      const value = loadKeys[key] === 'number' ? secondsOf(option) : booleanOf(option);
      if (value === undefined) {
        problems.push(
          wrongValue(option, loadKeys[key] === 'number' ? 'seconds, more than 0' : 'true or false'),
        );
      } else {
        Object.assign(load, { [key]: value });
      }
    }
    this.#load(name, load, item);
    return problems;
  }

  plugin(item: CollectdItem): Problem[] {
    const name = nameOf({ ...item, values: item.values.slice(0, 1) });
    if (name === undefined) return [wrongValue(item, 'the name of a plugin, such as cpu')];
    if (this.autoLoad) this.#load(name, {}, item);
    const blocks = this.#blocks.get(name.toLowerCase()) ?? [];
    this.#blocks.set(name.toLowerCase(), [...blocks, item]);
    return [];
  }

  /** Matches and targets are loaded by themselves as plugins with a block are. */
  chain(item: CollectdItem): void {
    if (!this.autoLoad) return;
    for (const child of item.children) {
      const kind = keyOf(child.key, ['Match', 'Target'])?.toLowerCase();
      const name = kind && textOf({ ...child, children: [] });
      if (name && !builtIn.includes(name.toLowerCase())) this.#load(`${kind}_${name}`, {}, child);
      if (!kind) this.chain(child);
    }
  }

  /** Only the first LoadPlugin of a name counts. */
  #load(name: string, load: LoadOptions, { file, line }: CollectdItem): void {
    const key = name.toLowerCase();
    if (this.#loaded.has(key)) return;
    const where = `line ${line} of ${file}`;
    this.#loaded.set(key, { name, directory: this.directory, load, where });
  }

  /** @returns blocks of plugins that nothing loads */
  finish(conf: CollectdConf): Problem[] {
    for (const [key, { name, directory, load, where }] of this.#loaded) {
      const config = {
        ...(Object.keys(load).length > 0 && { [reserved.load]: load }),
        ...(this.#blocks.has(key) && { [reserved.blocks]: this.#blocks.get(key) }),
      };
      conf.plugins.push({
        name: fileOf(directory, name),
        config: config as unknown as ConfigTable,
        asked: { name, where, remedy: remedyFor(directory) },
      });
    }
    return [...this.#blocks].flatMap(([key, blocks]) =>
      this.#loaded.has(key) ? [] : blocks.map((item) => unused(item, key)),
    );
  }
}

/** Debian's plugins are all in one package. */
function remedyFor(directory: string): string {
  return existsSync(directory)
    ? 'Correct the name, install what has the plugin, or set PluginDir to the directory that has it.'
    : 'Install the plugins (Debian has them in collectd-core: apt install collectd-core), or set PluginDir to the directory that has them.';
}

function unused(item: CollectdItem, name: string): Problem {
  return problemAt(item, 'MORTISE_WARN_COLLECTD_OPTION', {
    message: `this block has no effect: no LoadPlugin line loads ${name}`,
    expected: `LoadPlugin ${name}`,
    found: 'none',
    remedy: `Write LoadPlugin ${name}, or AutoLoadPlugin true, or remove the block.`,
  });
}

/** An earlier name of a plugin is as good as its own. */
function nameOf(item: CollectdItem): string | undefined {
  const name = textOf(item);
  if (name === undefined || /[/\0]/.test(name)) return undefined;
  return name === 'libvirt' ? 'virt' : name;
}

/** collectd doesn't mind the case of a plugin's name. */
function fileOf(directory: string, name: string): string {
  const file = `${name}.so`;
  return join(resolve(directory), keyOf(file, filesIn(directory)) ?? file);
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // each plugin is then told to be missing
  }
}

/** Exactly so, or else but for its case. */
export function keyOf(word: string, known: readonly string[]): string | undefined {
  if (known.includes(word)) return word;
  return known.find((one) => one.toLowerCase() === word.toLowerCase());
}
