/** The part of the native addon that reads a collectd.conf: native/node/bind_collectd_config.cc. */
import type { Problem } from '../errors.js';
import { addon } from './addon.js';

/** A line of a collectd.conf, or a block with what stands in it. */
export interface CollectdItem {
  key: string;
  values: (string | number | boolean)[];
  children: CollectdItem[];
  /** Empty: it stands in none. */
  file: string;
  /** From 1; 0 when it stands in no file. */
  line: number;
}

export interface CollectdItems {
  /** What was valid; nothing of a file that isn't. */
  items: CollectdItem[];
  problems: Problem[];
}

interface CollectdConfigAddon {
  readCollectdConfig(path: string): CollectdItems;
  parseCollectdConfig(text: string, file: string): CollectdItems;
  canonicalName(name: string): Promise<string | undefined>;
}

const native = () => addon() as unknown as CollectdConfigAddon;

/** A file, and what it includes. */
export function readItems(path: string): CollectdItems {
  const { items, problems } = native().readCollectdConfig(path);
  return { items, problems: problems.map(withoutEmpty) };
}

/** A file that isn't there has no line, and nothing in it. */
const withoutEmpty = (problem: Problem) =>
  Object.fromEntries(Object.entries(problem).filter(([, value]) => value !== '')) as unknown as Problem;

/** A text; `Include` is a line as any other. `file` is what problems call it. */
export const parseItems = (text: string, file: string): CollectdItems =>
  native().parseCollectdConfig(text, file);

/** What the system calls a machine of that name; undefined when it can't resolve it. Asked on another thread. */
export const canonicalName = (name: string): Promise<string | undefined> => native().canonicalName(name);
