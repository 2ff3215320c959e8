/** The document of `mortise verify --json`. */
import type { Bundle } from '../../loader/bundles/record.js';
import { checkRecord } from '../../loader/checks/plain.js';
import type { HostFacts } from '../../loader/record.js';
import type { FileReport } from '../../verify/file.js';

/** What `mortise verify --json` prints. Fields that the file does not have are null, never absent. */
export function verifyDocument(host: HostFacts, reports: readonly FileReport[]) {
  const having = (status: string) => reports.filter((report) => report.status === status).length;
  return {
    host: { version: host.version, abi: `${host.abi.major}.${host.abi.minor}`, parser: host.parser },
    plugins: reports.map(pluginRecord),
    summary: {
      plugins: reports.length,
      passed: having('ok'),
      warned: having('warn'),
      failed: having('fail'),
    },
  };
}

function pluginRecord(report: FileReport) {
  return {
    path: report.path,
    sha256: report.sha256 ?? null,
    libraries: report.libraries ?? null,
    format: report.format ?? null,
    arch: report.arch ?? null,
    bits: report.bits ?? null,
    size: report.size ?? null,
    target: report.target ?? null,
    dialect: report.dialect,
    info: report.info,
    bundle: report.bundle ? bundleRecord(report.bundle) : null,
    hardening: report.hardening ?? null,
    status: report.status,
    checks: report.checks.map(checkRecord),
  };
}

function bundleRecord({ id, aliases, type, version, class: name, parent, signature }: Bundle) {
  const { state } = signature;
  const { by, key } = state === 'valid' ? signature : {};
  return {
    ...{ id, aliases, type, version: version ?? null, class: name, parent: parent ?? null },
    signature: { state, by: by ?? null, key: key ?? null },
  };
}
