// npm run pack: what is published, in build/packages: mortise, its addon for this platform, the headers for C, and a
// bill of materials. It packs what `npm run build` made, and refuses when that isn't of these sources.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonState, typescriptState } from './built.mjs';
import { packBill } from './pack/bill.mjs';
import { packHeaders } from './pack/headers.mjs';
import { stageAddon, stagePackage } from './pack/stage.mjs';
import { packTarball } from './pack/tarball.mjs';
import { step } from './progress.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

if (!addonState().isBuilt || !typescriptState().isBuilt) {
  process.stderr.write(
    'What is built here is not of these sources, so it is not packed. Run: npm run build\n',
  );
  process.exit(2);
}

const folder = 'build/packages';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const steps = [
  ['mortise', () => packTarball(stagePackage(folder), folder)],
  ['its addon', () => packTarball(stageAddon(folder), folder)],
  ['headers for C', () => packHeaders(folder)],
  ['materials', () => packBill(folder)],
];
let passed = true;
for (const [name, work] of steps) passed = (await step(name, work)) && passed;
process.exitCode = passed ? 0 : 1;
