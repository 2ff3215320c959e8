/** A new plugin out of a template. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MortiseError } from '../../errors.js';
import { packageRoot } from '../package.js';
import { usageError } from '../usage.js';
import { filePath, type PackagePath, packagePath } from './paths.js';
import type { ServiceFiles } from './service.js';

/** What was written, and what to do with it. */
export interface NewPlugin {
  name: string;
  language: 'c' | 'rust';
  /** Absolute. */
  directory: string;
  /** Relative to the directory, with forward slashes. */
  files: string[];
  /** Shell commands, in order, from the directory where the command was called. */
  next: string[];
  /** A file that names this package by a path of this machine, and what to write there before committing it. */
  absolute: { file: string; path: string; instead: string } | null;
}

/**
 * Writes the template of a language to `directory`, which must be empty or not exist yet.
 *
 * @param service what a plugin that provides a service has besides the template
 *
 * @throws MortiseError MORTISE_ERR_USAGE for a name that cannot be a plugin's and for a directory that
 *   has something in it; nothing is written then
 */
export function createPlugin(
  name: string,
  language: 'c' | 'rust',
  directory: string,
  cwd: string,
  service?: ServiceFiles,
): NewPlugin {
  checkName(name, language);
  const isNew = checkDirectory(directory);
  const include = packagePath('include', directory);
  const crate = packagePath('rust/mortise', directory);
  const values = {
    name,
    include: include.path,
    crate_path: crate.path,
    ...service?.values,
    ...(service && {
      definition: quote(`${filePath(service.source, directory, cwd)}#${service.values.service}`),
    }),
  };
  const template = join(packageRoot, 'templates', service ? `service-${language}` : language);
  const files = [
    ...filesIn(template).map((file) => ({
      to: fill(targetName(file), values),
      text: fill(readFileSync(join(template, file), 'utf8'), values),
    })),
    ...(service?.files ?? []),
  ].sort((a, b) => (a.to < b.to ? -1 : 1));
  try {
    for (const { to, text } of files) {
      const path = join(directory, to);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: 'wx' });
    }
  } catch (error) {
    // Half a plugin helps nobody, and a second attempt would find the directory occupied.
    if (isNew) rmSync(directory, { recursive: true, force: true });
    throw cannotWrite(directory, error);
  }
  return {
    name,
    language,
    directory,
    files: files.map(({ to }) => to),
    next: nextSteps(name, language, directory, cwd),
    absolute: language === 'c' ? absoluteIn('Makefile', include) : absoluteIn('Cargo.toml', crate),
  };
}

/** Crates that every plugin in Rust already uses under these names. */
const takenCrates = ['mortise', 'std', 'core', 'alloc'];

/** Names are C identifiers and crate names, and end in file names: module_info has room for 63 bytes. */
function checkName(name: string, language: 'c' | 'rust'): void {
  if (language === 'rust' && takenCrates.includes(name)) {
    throw usageError(
      'mortise new',
      `every plugin in Rust already uses a crate called ${name}`,
      'Choose another name.',
    );
  }
  if (/^[a-z][a-z0-9_]{0,62}$/.test(name)) return;
  const near = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 63);
  throw usageError(
    'mortise new',
    `"${name}" cannot be a plugin's name: it takes lower-case letters, digits and _, starts with a letter, and has at most 63 characters`,
    near && `Did you mean ${near}?`,
  );
}

/** True when the directory does not exist yet. */
function checkDirectory(directory: string): boolean {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      throw usageError('mortise new', `${directory} is a file`, 'Name another directory with --dir.');
    }
    throw cannotWrite(directory, error);
  }
  if (names.length === 0) return false;
  throw usageError('mortise new', `${directory} is not empty`, 'Name another directory with --dir.');
}

function cannotWrite(directory: string, error: unknown): MortiseError {
  return usageError('mortise new', `${directory} cannot be written: ${(error as Error).message}`);
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** npm leaves every .gitignore out of a package, so a template may call it gitignore. */
function targetName(file: string): string {
  return file.replace(/(^|\/)_?gitignore$/, '$1.gitignore');
}

function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole);
}

function absoluteIn(file: string, { path, instead }: PackagePath): NewPlugin['absolute'] {
  return instead === undefined ? null : { file, path, instead };
}

function nextSteps(name: string, language: 'c' | 'rust', directory: string, cwd: string): string[] {
  const folder = relative(cwd, directory) || '.';
  const extension = { darwin: 'dylib', win32: 'dll' }[process.platform as string] ?? 'so';
  const prefix = process.platform === 'win32' && language === 'rust' ? '' : 'lib';
  const built = language === 'c' ? 'build' : 'target/release';
  return [
    ...(folder === '.' ? [] : [`cd ${quote(folder)}`]),
    language === 'c' ? 'make' : 'cargo build --release',
    `npx mortise verify ${built}/${prefix}${name}.${extension}`,
  ];
}

function quote(path: string): string {
  return /^[\w./\\:#-]+$/.test(path) ? path : `"${path}"`;
}
