// The bill of materials: what an installed mortise consists of, as CycloneDX, by npm itself.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));

export async function packBill(folder) {
  const omit = ['dev', 'optional', 'peer'].map((kind) => `--omit=${kind}`);
  const format = '--sbom-format=cyclonedx';
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--package-lock-only', ...omit, format]);
  const bill = JSON.parse(stdout);
  // npm takes the folder's name, a number by chance, and the time: the same sources would give another file each time.
  bill.metadata.component.name = name;
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  const file = join(folder, `${name}-${version}.cdx.json`);
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
  return `${bill.components.length} packages: ${file}`;
}
