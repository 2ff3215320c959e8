/** The first three stages on one file, as a report: what `mortise verify` shows. Runs nothing from the file. */
import type { MortiseError } from '../errors.js';
import { bootstrap } from '../loader/bootstrap.js';
import type { CheckResult, HostFacts, Identity } from '../loader/record.js';
import { validate } from '../loader/validate.js';

export interface FileReport {
  path: string;
  sha256?: string;
  format?: 'elf' | 'macho' | 'pe';
  arch?: string;
  bits?: 32 | 64;
  /** Bytes. */
  size?: number;
  /** The platform that it was checked for, when that isn't this machine's. */
  target?: string;
  dialect: string | null;
  info: Identity | null;
  /** The compilers that the file names. */
  producers: string[];
  status: 'ok' | 'warn' | 'fail';
  checks: CheckResult[];
  /** Why the file can't be opened at all. */
  unreadable?: MortiseError;
}

/** @throws MortiseError MORTISE_ERR_FILE_* when the file can't be read at all */
export async function verifyFile(path: string, host: HostFacts): Promise<FileReport> {
  const evidence = bootstrap({ path }, host);
  try {
    const { image, sha256, source, dialect, identity } = evidence;
    const checks = validate(evidence, host);
    return {
      path,
      sha256,
      format: image?.format,
      arch: image?.arch,
      bits: image?.bits,
      size: source.size,
      target: host.target?.name,
      dialect: dialect?.id ?? null,
      info: identity ?? null,
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
