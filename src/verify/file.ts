/** The first three stages on one file, as a report: what `mortise verify` shows. Runs nothing from the file. */
import { type ByteSource, type Image, type Protection, readHardening } from '../binary/index.js';
import type { ConfigTable } from '../config/value.js';
import type { MortiseError } from '../errors.js';
import { bootstrap } from '../loader/bootstrap.js';
import type { Bundle } from '../loader/bundles/record.js';
import { ownLibraries } from '../loader/own-libraries.js';
import type { CheckResult, HostFacts, Identity } from '../loader/record.js';
import { validate } from '../loader/validate.js';

export interface FileReport {
  path: string;
  sha256?: string;
  /** The libraries that lie beside it: they come with it. Undefined when the file can't be opened. */
  libraries?: { name: string; path: string; sha256: string }[];
  format?: 'elf' | 'macho' | 'pe';
  arch?: string;
  bits?: 32 | 64;
  /** Bytes. */
  size?: number;
  /** The platform that it was checked for, when that isn't this machine's. */
  target?: string;
  dialect: string | null;
  info: Identity | null;
  /** When it is one of Grafana's bundles: the rest is about its program, if it has one. */
  bundle?: Bundle;
  /** When it was asked for, and the file is an image. */
  hardening?: Protection[];
  /** The compilers that the file names. */
  producers: string[];
  status: 'ok' | 'warn' | 'fail';
  checks: CheckResult[];
  /** Why the file can't be opened at all. */
  unreadable?: MortiseError;
}

export interface VerifyFileOptions {
  /** Also say how the file is protected against attack. Default false. */
  hardening?: boolean;
  /** What a configuration tells the plugin. */
  plugin?: ConfigTable;
  /** The bundle that the file is the program of. */
  bundle?: Bundle;
  /** The family that the configuration says it is of. */
  dialect?: string;
}

/** @throws MortiseError MORTISE_ERR_FILE_* when the file can't be read at all */
export async function verifyFile(
  path: string,
  host: HostFacts,
  { hardening = false, plugin, bundle, dialect: asked }: VerifyFileOptions = {},
): Promise<FileReport> {
  const evidence = await bootstrap({ path, bundle, request: { dialect: asked } }, host);
  try {
    const libraries = await ownLibraries(evidence, host);
    const { image, sha256, source, dialect, identity } = evidence;
    const checks = validate({ ...evidence, libraries, config: plugin }, host);
    return {
      path,
      sha256: sha256 || undefined,
      libraries: [...libraries.values()].map(({ name, path, sha256 }) => ({ name, path, sha256 })),
      format: image?.format,
      arch: image?.arch,
      bits: image?.bits,
      size: image || !bundle ? source.size : undefined,
      target: host.target?.name,
      dialect: dialect?.id ?? null,
      info: identity ?? null,
      ...(bundle && { bundle }),
      hardening: hardening && image ? protectionsOf(source, image, checks) : undefined,
      producers: image?.producers ?? [],
      status: statusOf(checks),
      checks,
    };
  } finally {
    evidence.close();
  }
}

/**
 * The worst of all.
 * @param isStrict whether warnings fail
 */
export function statusOf(checks: readonly CheckResult[], isStrict = false): FileReport['status'] {
  const has = (wanted: CheckResult['status']) => checks.some(({ status }) => status === wanted);
  if (has('fail') || (isStrict && has('warn'))) return 'fail';
  return has('warn') ? 'warn' : 'ok';
}

/** Where libraries are searched is a protection too, and only a check can look at directories. */
function protectionsOf(
  source: ByteSource,
  image: Image,
  checks: readonly CheckResult[],
): Protection[] | undefined {
  const { protections } = readHardening(source, image);
  if (image.format !== 'elf') return protections;
  const paths = image.runpath.length > 0 ? image.runpath : image.rpath;
  const doubt = checks.find(({ id, status }) => id === 'runpath' && status === 'warn');
  const value = doubt?.message ?? (paths.join(':') || 'none');
  return [...protections, { id: 'runpath', verdict: doubt ? 'weak' : 'good', value }];
}
