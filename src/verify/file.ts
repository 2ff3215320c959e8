/** The first three stages on one file, as a report: what `mortise verify` shows. Runs nothing from the file. */
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
  dialect: string | null;
  info: Identity | null;
  /** The compilers that the file names. */
  producers: string[];
  status: 'ok' | 'warn' | 'fail';
  checks: CheckResult[];
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

/** The worst of all. */
export function statusOf(checks: readonly CheckResult[]): 'ok' | 'warn' | 'fail' {
  if (checks.some(({ status }) => status === 'fail')) return 'fail';
  return checks.some(({ status }) => status === 'warn') ? 'warn' : 'ok';
}
