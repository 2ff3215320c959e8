/** Verifies files for several platforms: each file for those whose format and processor it has. */
import type { FileReport } from './file.js';
import { createVerifier, type Verifier, type VerifierOptions } from './verifier.js';

export interface TargetsVerifier {
  host: Verifier['host'];
  /** One report for each target that the file was built for; when it is for none of them, one that says so. */
  verify(path: string): Promise<FileReport[]>;
  /** As a verifier does. */
  expand: Verifier['expand'];
  configured: Verifier['configured'];
  /** Targets that no file so far was built for: each was promised, and has nothing. */
  unserved(): string[];
}

/** @param targets none: this machine */
export async function createTargetsVerifier(
  paths: readonly string[],
  targets: readonly string[],
  options: Omit<VerifierOptions, 'target'>,
): Promise<TargetsVerifier> {
  const names = [...new Set(targets)];
  const verifiers: Verifier[] = [];
  for (const target of names.length > 0 ? names : [undefined]) {
    verifiers.push(await createVerifier(paths, { ...options, target }));
  }
  const served = new Set<string>();
  return {
    host: (verifiers[0] as Verifier).host,
    expand: (path) => (verifiers[0] as Verifier).expand(path),
    configured: () => (verifiers[0] as Verifier).configured(),
    async verify(path) {
      const reports: FileReport[] = [];
      for (const verifier of verifiers) reports.push(await verifier.verify(path));
      if (names.length === 0) return reports;
      const fitting = reports.filter(isBuiltFor);
      for (const { target } of fitting) if (target !== undefined) served.add(target);
      if (fitting.length > 0) return fitting;
      // The one that it is nearest to has the most to say.
      return [reports.find((report) => !hasFailed(report, 'format')) ?? (reports[0] as FileReport)];
    },
    // Of a single one, the reports themselves say it.
    unserved: () => (names.length > 1 ? names.filter((name) => !served.has(name)) : []),
  };
}

function isBuiltFor(report: FileReport): boolean {
  return report.format !== undefined && !hasFailed(report, 'format') && !hasFailed(report, 'arch');
}

function hasFailed({ checks }: FileReport, wanted: string): boolean {
  return checks.some(({ id, status }) => id === wanted && status === 'fail');
}
