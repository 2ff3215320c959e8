// npm test: builds, runs every test, names what was skipped and why, and ends with one line of figures.
// `npm test -- test/headers` runs a part; other options are vitest's.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCLI, startVitest } from 'vitest/node';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const totals = { passed: 0, failed: 0, skipped: 0 };
/** Reason → names of the tests that it stopped. */
const skips = new Map();

const tally = {
  onTestRunEnd(modules, errors) {
    // A file that can't be imported, or an error outside any test, has no test of its own to fail.
    totals.failed += errors.length;
    for (const file of modules) {
      let failed = 0;
      for (const test of file.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') totals.passed += 1;
        else if (state === 'failed') failed += 1;
        else remember(test, note);
      }
      totals.failed += failed || (file.ok() ? 0 : 1);
    }
  },
};

/** Why a test was skipped: its note, or the names of its suites, one of which says what it needs. */
function remember(test, note) {
  totals.skipped += 1;
  const { parent } = test;
  const whole = !note && parent.type === 'suite' && parent.options.mode === 'skip';
  const reason = [test.module.relativeModuleId, whole ? parent.fullName : test.fullName, note];
  const key = reason.filter(Boolean).join(': ');
  skips.set(key, (skips.get(key) ?? 0) + 1);
}

function finish() {
  if (skips.size > 0) process.stdout.write('\nSkipped:\n');
  for (const [reason, count] of skips) {
    process.stdout.write(`  ${reason}${count > 1 ? ` (${count} tests)` : ''}\n`);
  }
  const { passed, failed, skipped } = totals;
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
}

const build = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
if (build.status === 0) {
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
  const vitest = await startVitest('test', filter, {
    ...options,
    watch: false,
    reporters: [...(options.reporters ?? ['default']), tally],
  });
  await vitest.close();
  if (totals.passed + totals.failed + totals.skipped === 0) totals.failed = 1;
} else {
  process.stdout.write('\nThe build failed, so no test ran.\n');
  totals.failed = 1;
}
finish();
process.exitCode = totals.failed > 0 ? 1 : process.exitCode;
