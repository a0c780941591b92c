// Adds up the test reports of all packages, and ends with the line `N passed, N failed`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const totals = { passed: 0, failed: 0, skipped: 0 };
const silent = [];
const folders = [...readdirSync('packages').map((name) => `packages/${name}`), 'examples'].filter(hasTests);
const files = [
  ...folders.map((folder) => `${folder}/reports/vitest.json`),
  'packages/handler/reports/simulated.json',
  'packages/cli/reports/end-to-end.json',
];
for (const file of files) {
  if (!existsSync(file)) {
    silent.push(file);
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += report.numPassedTests;
  // A file that does not load has no tests to count, and has failed all the same.
  const unloaded = report.testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && assertionResults.length === 0;
  });
  totals.failed += report.numFailedTests + unloaded.length;
  totals.skipped += report.numPendingTests;
}
if (silent.length > 0) console.log(`no test report ${silent.join(', ')}`);
if (totals.skipped > 0) console.log(`${totals.skipped} skipped`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);

const complete = silent.length === 0 && totals.skipped === 0 && totals.passed > 0;
process.exitCode = complete && totals.failed === 0 ? 0 : 1;

/** A package that is only built is tested by another one. */
function hasTests(folder) {
  const file = `${folder}/package.json`;
  if (!existsSync(file)) return false;
  return Object.keys(JSON.parse(readFileSync(file, 'utf8')).scripts ?? {}).some((name) =>
    name.startsWith('test'),
  );
}
