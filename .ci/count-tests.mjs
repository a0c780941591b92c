// Adds up the test reports of all packages, and ends with the line `N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync('packages')) {
  const report = JSON.parse(readFileSync(`packages/${name}/reports/vitest.json`, 'utf8'));
  totals.passed += report.numPassedTests;
  // A suite that does not load has no tests to count, and has failed all the same.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  totals.failed += report.numFailedTests + unloaded.length;
  totals.skipped += report.numPendingTests;
}
if (totals.skipped > 0) console.log(`${totals.skipped} tests were skipped`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 || totals.skipped > 0 || totals.passed === 0 ? 1 : 0;
