import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedPolicy, lessThan, type Policy } from '../documented-policy.ts';
import type { BrokenAws } from './broken-aws.ts';
import { startDeadLetterAws } from './dead-letter-aws.ts';

const POLICY = documentedPolicy('What doctor needs');

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startDeadLetterAws();
}, 60_000);
afterAll(() => broken.stop());

/** What doctor finds with these permissions, each as its check and its fix. */
async function findingsWith(policy: Policy): Promise<string[]> {
  const { stdout, stderr } = await (await broken.commandAllowed(policy))('doctor', '--json');
  if (stdout === '') return [stderr];
  const { findings } = JSON.parse(stdout) as { findings: { check: string; fix: string }[] };
  return findings.map(({ check, fix }) => `${check}: ${fix}`);
}

const WITH_ALL = ['dead-letters: xacct parked orders shows for whom and why; then xacct redrive orders'];

describe('the policy of doctor in docs/operating.md', () => {
  test('allows all that it does', async () => {
    expect(await findingsWith(POLICY)).toEqual(WITH_ALL);
  });

  test.each(lessThan(POLICY))('is missed without $what', async ({ policy }) => {
    const findings = await findingsWith(policy);
    expect(findings).not.toEqual(WITH_ALL);
    expect(findings.join()).toMatch(/docs\/operating\.md, "What doctor needs"|bootstrap/);
  });
});
