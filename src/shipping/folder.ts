/** The directory of a plugin that is to be shipped: its plugin.json and each library, checked. Nothing of it runs. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { openFile, readBinary } from '../binary/index.js';
import { MortiseError, type Problem } from '../errors.js';
import { hostFacts } from '../host/facts.js';
import { bundleFile } from '../loader/bundle.js';
import { isInside, outside, realPath } from '../loader/bundles/inside.js';
import { readJson } from '../loader/bundles/json.js';
import { checkOwnJson, type OwnJson } from '../loader/bundles/own-json.js';
import { isPluginJson } from '../loader/bundles/plugin-json.js';
import { isFile } from '../loader/directories.js';
import { platformOf } from '../loader/lock/record.js';
import { parseTarget } from '../loader/target/target.js';
import { type FileReport, verifyFile } from '../verify/file.js';

/** A library that passed, for one key. */
export interface ShippedLibrary {
  /** As in plugin.json; the platform of the file itself where that names none. */
  key: string;
  /** Absolute. */
  file: string;
  /** Those that lie beside it and that it needs, absolute. */
  others: string[];
  report: FileReport;
}

export interface Folder {
  directory: string;
  json: OwnJson;
  libraries: ShippedLibrary[];
}

/** @throws MortiseError MORTISE_ERR_FILE_MISSING, MORTISE_ERR_BUNDLE, MORTISE_ERR_BUNDLE_OUTSIDE, MORTISE_ERR_BUNDLE_PLATFORM, and what verify refuses */
export async function readFolder(directory: string): Promise<Folder> {
  const path = join(directory, bundleFile);
  if (existsSync(directory) && !isFile(directory) && !existsSync(path)) throw noPluginJson(path);
  const file = await readJson(path);
  if (isPluginJson(file.value)) throw wrong(path, 'library', grafanas, 'the key library', 'none');
  const json = await checkOwnJson(file);
  for (const key of ['name', 'version'] as const)
    if (json[key] === undefined) throw wrong(path, key, `${key} is missing`, `a ${key}`, 'nothing');
  const { library } = json;
  const entries = typeof library === 'string' ? [['', library] as const] : Object.entries(library);
  if (entries.length === 0) throw wrong(path, 'library', 'it names no library', 'a library', 'none');
  const libraries: ShippedLibrary[] = [];
  const problems: Problem[] = [];
  for (const [key, library] of entries) {
    try {
      libraries.push(...(await checked(directory, path, key, library)));
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...libraries.flatMap((one) => identityProblems(path, json, one)));
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
  return { directory, json, libraries };
}

/** What `mortise new` leaves to its user: a plugin that is only run needs no plugin.json. */
function noPluginJson(path: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_FILE_MISSING',
    message: 'a plugin that is packed needs a plugin.json',
    subject: path,
    expected: 'a plugin.json',
    found: 'no such file',
    remedy:
      'Write it: { "name": "tenant_router", "version": "1.0.0", "library": "build/libtenant_router.so" }, with your plugin’s. docs/publish.md has all keys.',
  });
}

/** A file of a directory. @throws MortiseError MORTISE_ERR_BUNDLE_OUTSIDE, MORTISE_ERR_BUNDLE when it isn't there */
export function fileIn(directory: string, subject: string, path: string, where: string): string {
  const file = placeIn(directory, path, where);
  if (!isFile(file)) throw wrong(subject, where, `there is no file ${path}`, file, 'nothing');
  return file;
}

/** An absolute path; there need not be anything. @throws MortiseError MORTISE_ERR_BUNDLE_OUTSIDE */
export function placeIn(directory: string, path: string, where: string): string {
  const file = resolve(directory, path);
  const real = realPath(file);
  if (isInside(resolve(directory), file) && (!real || isInside(realPath(directory) ?? directory, real)))
    return file;
  throw new MortiseError({
    ...outside(file, real ?? file, directory, 'Put the file into the directory.'),
    where,
  });
}

async function checked(
  directory: string,
  json: string,
  key: string,
  library: string,
): Promise<ShippedLibrary[]> {
  const where = key === '' ? 'library' : `library.${key}`;
  const file = fileIn(directory, json, library, where);
  const all = platformsOf(file);
  const fits = all.filter((platform) => key === '' || fitsKey(platform, key));
  if (fits.length === 0) {
    throw new MortiseError({
      code: 'MORTISE_ERR_BUNDLE_PLATFORM',
      message: `${library} is for ${all.join(' and ')}, not for ${key}`,
      subject: json,
      where,
      expected: key,
      found: all.join(', '),
      remedy: `Build it for ${key}, or name it under its own key.`,
    });
  }
  const found: ShippedLibrary[] = [];
  for (const platform of fits) {
    const report = await verifyFile(file, await hostFacts({ target: parseTarget(targetFor(platform, key)) }));
    const failures = report.checks.flatMap(({ status, problem }) =>
      status === 'fail' && problem ? [problem] : [],
    );
    const [first, ...rest] = failures
      .filter((one) => !isOthersService(one))
      .map((one) => ({ ...one, subject: file }));
    if (first) throw new MortiseError([first, ...rest]);
    const others = (report.libraries ?? []).map(({ path }) => path);
    found.push({ key: key || keyOf(platform), file, others, report });
  }
  return found;
}

/** One, but for a universal Mach-O. */
function platformsOf(path: string): string[] {
  const source = openFile(path);
  try {
    return [...new Set(readBinary(source, { symbols: false }).images.map(platformOf))];
  } finally {
    source.close();
  }
}

/** Without a C library of its own, it fits each of the platform's. */
const fitsKey = (platform: string, key: string) =>
  platform === key || platform.startsWith(`${key}-`) || key.startsWith(`${platform}-`);

/** A file of no C library goes with the key's, and with glibc where that says none. */
function targetFor(platform: string, key: string): string {
  if (!platform.startsWith('linux-') || /-(glibc|musl)$/.test(platform)) return platform;
  return /-(glibc|musl)$/.test(key) ? key : `${platform}-glibc`;
}

const keyOf = (platform: string) => platform.replace(/-glibc$/, '');

/** What another plugin or the application provides isn't known where a plugin is packed. */
const isOthersService = ({ code, expected }: Problem) =>
  code === 'MORTISE_ERR_SERVICE_UNKNOWN' && !/^mortise\./.test(expected ?? '');

function identityProblems(path: string, json: OwnJson, { report, key, file }: ShippedLibrary): Problem[] {
  const { info } = report;
  return (['name', 'version'] as const).flatMap((field) => {
    if (!info || info[field] === json[field]) return [];
    const { problems } = wrong(
      path,
      field,
      `${basename(file)} (${key}) has ${field} ${info[field]}, and plugin.json says ${json[field]}`,
      `${field} ${info[field]}`,
      `${json[field]}`,
    );
    return problems as Problem[];
  });
}

const grafanas =
  'it is not a native plugin’s: Grafana’s bundles are packed and signed by Grafana’s own tools';

function wrong(
  subject: string,
  where: string,
  message: string,
  expected: string,
  found: string,
): MortiseError {
  const remedy = 'Correct plugin.json: docs/publish.md has its keys.';
  return new MortiseError({ code: 'MORTISE_ERR_BUNDLE', message, subject, where, expected, found, remedy });
}

/** With slashes, whatever the system's separator. */
export const slashed = (from: string, path: string): string => relative(from, path).split(sep).join('/');
export const besides = (library: ShippedLibrary): [path: string, file: string][] =>
  [library.file, ...library.others].map((file) => [
    `${library.key}/${slashed(dirname(library.file), file)}`,
    file,
  ]);
