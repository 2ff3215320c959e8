/** The keys of `mortise.toml` and what each may hold. */
import { TomlDate } from 'smol-toml';
import * as zod from 'zod';
import { z } from 'zod';
import { release, releaseForm } from './rules.js';
import type { ConfigTable } from './value.js';

const text = z
  .string()
  .min(1)
  .refine((value) => !value.includes('\0'));

const directoryTable = z.strictObject({ path: text, write: z.boolean().optional() });
/** Of a directory in `[host.files]` that is written as a table. */
export const directoryKeys = Object.keys(directoryTable.shape);

const hostSection = z.strictObject({
  search: z.array(text).default([]),
  services: z.array(text).default([]),
  files: z.record(z.string(), z.union([text, directoryTable])).default({}),
  parser: z.enum(['none', 'pg_query']).default('none'),
  strict: z.boolean().optional(),
  strict_permissions: z.boolean().optional(),
  toolchain: text.optional(),
  lock: z.union([z.literal(false), text]).optional(),
  private_directory: text.optional(),
});

const bundleClass = z.enum(['core', 'bundled', 'external']);

/** Where bundles are looked for, and what is asked of them. */
const sourcesSection = z.strictObject({
  core: z.array(text).optional(),
  bundled: z.array(text).optional(),
  external: z.array(text).optional(),
  signed: z.array(bundleClass).optional(),
  unsigned: z.array(text).optional(),
  trust: z.array(text).optional(),
  root_url: text.optional(),
  grafana_version: text.regex(releaseForm, release.expected).optional(),
});

const pluginSection = z.strictObject({
  name: text,
  aliases: z.array(text).optional(),
  required: z.boolean().optional(),
  dialect: text.optional(),
  isolation: z.enum(['none']).optional(),
  config: z.unknown().transform(pluginConfig).optional(),
});

/** A table of the file that isn't the host's own: its name, and what makes its schema. */
export type Sections = Readonly<Record<string, (zod: typeof import('zod')) => z.ZodObject>>;

/** The schema of a file, and each section's keys in the order in which the documentation has them. */
export interface FileSchema {
  file: z.ZodType<ParsedFile>;
  /** By the section's name, and by `section.table` for tables in one; `''` has the sections themselves. */
  keys: Readonly<Record<string, readonly string[]>>;
}

/** A file that the schema let pass: keys as they were written. */
export interface ParsedFile {
  host: z.infer<typeof hostSection>;
  sources?: z.infer<typeof sourcesSection>;
  plugins: z.infer<typeof pluginSection>[];
  [section: string]: unknown;
}

/** @param sections what capabilities add to the file */
export function schemaOf(sections: Sections): FileSchema {
  const added = Object.entries(sections).map(([name, make]) => [name, make(zod)] as const);
  const file = z.strictObject({
    host: hostSection.prefault({}),
    sources: sourcesSection.optional(),
    ...Object.fromEntries(added.map(([name, section]) => [name, section.optional()])),
    plugins: z.array(pluginSection).default([]),
  });
  const keysOf = ({ shape }: z.ZodObject) => Object.keys(shape);
  const keys = {
    '': keysOf(file),
    host: keysOf(hostSection),
    sources: keysOf(sourcesSection),
    ...Object.fromEntries(
      added.flatMap(([name, section]) => [[name, keysOf(section)], ...tablesIn(name, section)]),
    ),
    plugins: keysOf(pluginSection),
  };
  return { file: file as unknown as z.ZodType<ParsedFile>, keys };
}

/** Tables with keys of their own that a section has. */
function tablesIn(name: string, section: z.ZodObject): [string, string[]][] {
  return Object.entries(section.shape).flatMap(([key, type]) => {
    const table = tableIn(type);
    return table ? [[`${name}.${key}`, Object.keys(table.shape)] as [string, string[]]] : [];
  });
}

/** What is optional, or made into something else, is still a table in the file. */
function tableIn(type: unknown): z.ZodObject | undefined {
  if (type instanceof z.ZodObject) return type;
  if (type instanceof z.ZodOptional) return tableIn(type.unwrap());
  return type instanceof z.ZodPipe ? tableIn(type.in) : undefined;
}

/** The integers that a plugin's configuration can hold: it is read through int64_t. */
const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

/** A plugin's own table passes as it is, but for what the plugin could not read. */
function pluginConfig(value: unknown, context: z.RefinementCtx): ConfigTable {
  if (!isTable(value)) {
    context.addIssue({ code: 'custom', message: 'a table' });
    return z.NEVER;
  }
  refuseUnreadable(value, [], context);
  return value as ConfigTable;
}

function refuseUnreadable(value: unknown, path: (string | number)[], context: z.RefinementCtx): void {
  const refuse = (expected: string) => context.addIssue({ code: 'custom', message: expected, path });
  if (value instanceof TomlDate) refuse('a boolean, number, string, list or table (write dates as strings)');
  else if (typeof value === 'bigint' && (value < smallest || value > largest))
    refuse(`an integer from ${smallest} to ${largest}`);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) refuseUnreadable(item, [...path, index], context);
  else if (isTable(value))
    for (const [key, item] of Object.entries(value)) refuseUnreadable(item, [...path, key], context);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);
}
