import { existsSync, readdirSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';

/** Files that have more tests than those of their name. */
const TESTED_BY: Readonly<Record<string, readonly string[]>> = {
  'aws/assume-role': ['aws/role-credentials'],
  'aws/call-sts': ['aws/services-beside-sdk'],
  'aws/get-parameters': ['aws/services-beside-sdk'],
  'aws/invoke': ['aws/invoke', 'aws/invoke-beside-sdk'],
  'aws/invoke-request': ['aws/invoke', 'aws/invoke-beside-sdk'],
  'aws/json-request': ['aws/services-beside-sdk', 'aws/call-sqs'],
  'aws/lambda-service': ['aws/lambda-service', 'aws/invoke', 'aws/invoke-beside-sdk'],
  'delivery/isolate': ['delivery/isolate', 'delivery/deliver'],
  'parking/cut-into-messages': ['parking/park'],
  'records/plain-text': ['records/record-text'],
  'records/record-frame': ['records/record-text'],
  'records/stream-event': ['records/stream-event', 'handle-event'],
  'retry-queue/repost': ['retry-queue/repost', 'retry-queue/parked-batch'],
  'retry-queue/resend': ['retry-queue/resend', 'retry-queue/parked-batch'],
  'retry-queue/send-together': ['retry-queue/resend', 'retry-queue/parked-batch'],
  'routes/read-route': ['routes/route-store'],
};

/**
 * Mutation testing (docs/testing.md): `pnpm mutate` for all files, `pnpm mutate pack kpl/protobuf-fields` for some, by the
 * end of their path.
 * Each file is measured by its own tests only. Others would notice some more of its mutants by chance, take many times as
 * long, and show less of what is wrong.
 */
const names = process.argv.slice(2).map(fullName);
const rows: string[] = [];
for (const name of names.length > 0 ? names : allNames()) {
  process.env.MUTATION_TESTS = testsOf(name).join(' ');
  const results = await new Stryker({
    mutate: [`src/${name}.ts`],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    concurrency: 2,
    // Tells mutants that never end; a machine with much to do must not be taken for one of them.
    timeoutMS: 10_000,
    timeoutFactor: 6,
    // As deep below the root as this package, so that relative paths hold in the copy.
    tempDirName: '../../.stryker-tmp',
    cleanTempDir: 'always',
    // Rewriting its paths is not needed then, and takes an API that TypeScript 7 no longer has.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    reporters: ['clear-text', 'html'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportScoreTable: false },
    htmlReporter: { fileName: `reports/mutation/${name}.html` },
    allowConsoleColors: false,
  }).runMutationTest();
  const count = (...statuses: string[]) => results.filter(({ status }) => statuses.includes(status)).length;
  // On a busy machine, a mutant that changes nothing may be among those that took too long.
  for (const { status, fileName, location, replacement } of results)
    if (status === 'Timeout')
      console.log(`[Timeout] ${fileName}:${location.start.line}:${location.start.column} ${replacement}`);
  const detected = count('Killed', 'Timeout');
  const survived = count('Survived', 'NoCoverage');
  const score = (100 * detected) / (detected + survived);
  rows.push(`| \`${name}\` | ${detected + survived} | ${survived} | ${score.toFixed(1)} % |`);
  console.log(rows.at(-1));
}
console.log(['', '| File | Mutants | Survivors | Score |', '| - | - | - | - |', ...rows].join('\n'));

/** `test/` mirrors `src/`, but for `records/kpl/`, which is tested through the function that uses it. */
function testsOf(name: string): string[] {
  const tests = name.startsWith('records/kpl/') ? ['records/deaggregate'] : (TESTED_BY[name] ?? [name]);
  return tests.map((test) => `test/${test}.test.ts`);
}

/** The path of a file from `src`, of which the end is given. */
function fullName(end: string): string {
  const found = allNames().find((name) => name === end || name.endsWith(`/${end}`));
  if (found === undefined) throw new Error(`src has no ${end}.ts with tests of its own`);
  return found;
}

/** Without those that only put parts together. */
function allNames(): string[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.slice(0, -'.ts'.length))
    .filter((name) => testsOf(name).every((test) => existsSync(test)))
    .sort();
}
