import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import type { FaultRules } from '@xacct/local';
import { type RoutedAws, startRoutedAws } from '@xacct/reconcile';
import type { Resource } from '../../src/stacks/stack.ts';
import { type Ended, write, xacct } from '../xacct.ts';

type Rule = FaultRules['rules'][number];
type Properties = Record<string, unknown>;

/** A local AWS of which parts can be broken, and the operator at it. */
export interface BrokenAws {
  aws: RoutedAws;
  doctor(...args: string[]): Promise<Ended>;
  /** Runs with other properties of one resource; undefined: of none. */
  deployWith(change?: Change): Promise<void>;
  /** Makes calls fail from now on. */
  fail(select: Partial<Rule['select']>, ending: NonNullable<Rule['ending']>): void;
  /** Makes no more of them fail. */
  repair(): void;
  stop(): Promise<void>;
}

/** A change of the first resource of a type in a stack. */
export interface Change {
  stack: string;
  type: string;
  /** A part of its logical ID. */
  id?: string | RegExp;
  edit(properties: Properties): void;
}

/** Deploys a routes file into a local AWS. */
export async function startBrokenAws(text: string): Promise<BrokenAws> {
  const folder = await mkdtemp(join(tmpdir(), 'xacct-doctor-'));
  const assembly = join(folder, 'cdk.out');
  write('routes.yaml', text);
  const { routes, problems } = parseRoutes(text);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  await synthesize(routes, assembly);
  const rules: Rule[] = [NONE];
  const aws = await startRoutedAws({
    assembly,
    deliveries: join(folder, 'deliveries'),
    shards: 1,
    faults: { seed: 1, rules },
  });
  const { accessKeyId = '', secretAccessKey = '' } = aws.credentials[routes.source.account] ?? {};
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const env = { ...process.env, AWS_ENDPOINT_URL: aws.endpoint, ...credentials };
  let deployments = 0;
  return {
    aws,
    doctor: (...args) => xacct.with(env)('doctor', ...args),
    async deployWith(change) {
      deployments += 1;
      const next = join(folder, `cdk.out-${deployments}`);
      await cp(assembly, next, { recursive: true });
      if (change !== undefined) await edit(next, change);
      await aws.update(next);
    },
    fail(select, ending) {
      rules[0] = { ...NONE, select: { ...NONE.select, ...select }, rate: 1, ending };
    },
    repair() {
      rules[0] = NONE;
    },
    async stop() {
      await aws.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const NONE: Rule = {
  name: 'broken',
  select: {
    operation: undefined,
    account: undefined,
    region: undefined,
    function: undefined,
    service: undefined,
  },
  fromMs: 0,
  toMs: Number.POSITIVE_INFINITY,
  rate: 0,
  latencyMs: undefined,
  ending: undefined,
  duplicate: undefined,
  kill: false,
};

async function edit(assembly: string, { stack, type, id = '', edit: change }: Change): Promise<void> {
  const file = join(assembly, `${stack}.template.json`);
  const template = JSON.parse(await readFile(file, 'utf8')) as { Resources: Record<string, Resource> };
  const found = Object.entries(template.Resources).find(
    ([logicalId, { Type }]) => Type === type && new RegExp(id).test(logicalId),
  );
  if (found === undefined) throw new Error(`${stack} has no ${type} ${id}`);
  change(found[1].Properties as Properties);
  await writeFile(file, JSON.stringify(template));
}
