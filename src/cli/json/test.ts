/** The document of `mortise test --json`. */
import { checkRecord } from '../../loader/checks/plain.js';
import type { HostFacts } from '../../loader/record.js';
import type { FileReport } from '../../verify/file.js';

/** What `mortise test --json` prints. Fields that the file does not have are null, never absent. */
export function testDocument(host: HostFacts, { path, sha256, dialect, info, checks }: FileReport) {
  const having = (wanted: string) => checks.filter(({ status }) => status === wanted).length;
  return {
    host: { version: host.version, abi: `${host.abi.major}.${host.abi.minor}` },
    plugin: {
      path,
      sha256: sha256 ?? null,
      dialect,
      name: info?.name ?? null,
      version: info?.version ?? null,
    },
    checks: checks.map(checkRecord),
    summary: {
      checks: checks.length,
      passed: having('ok'),
      warned: having('warn'),
      failed: having('fail'),
      skipped: having('skip'),
    },
  };
}
