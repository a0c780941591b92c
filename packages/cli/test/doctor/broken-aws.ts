import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Clock, FaultRules } from '@xacct/local';
import type { RoutedAws } from '@xacct/reconcile';
import type { Resource } from '../../src/stacks/stack.ts';
import { startDeployment } from '../local-aws/start-deployment.ts';
import { type Ended, write, xacct } from '../xacct.ts';

type Rule = FaultRules['rules'][number];
type Properties = Record<string, unknown>;

/** A local AWS of which parts can be broken, and the operator at it. */
export interface BrokenAws {
  aws: RoutedAws;
  doctor(...args: string[]): Promise<Ended>;
  /** Any command of the operator. */
  command(...args: string[]): Promise<Ended>;
  /** Any command with these credentials. */
  commandWith(credentials: SessionCredentials): (...args: string[]) => Promise<Ended>;
  /** Any command of somebody who may do no more than a policy allows, in the source account. */
  commandAllowed(policy: object): Promise<(...args: string[]) => Promise<Ended>>;
  /** Runs with other properties of some resources. */
  deployWith(...changes: Change[]): Promise<void>;
  /** Makes calls fail from now on. */
  fail(select: Partial<Rule['select']>, ending: NonNullable<Rule['ending']>): void;
  /** Makes no more of them fail. */
  repair(): void;
  stop(): Promise<void>;
}

export interface SessionCredentials {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
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
export async function startBrokenAws(text: string, clock?: Clock): Promise<BrokenAws> {
  write('routes.yaml', text);
  const rules: Rule[] = [];
  const deployment = await startDeployment(text, { ...(clock && { clock }), faults: { seed: 1, rules } });
  const { aws, folder, assembly, operator, asOperator } = deployment;
  let deployments = 0;
  async function copied(): Promise<string> {
    deployments += 1;
    const next = join(folder, `cdk.out-${deployments}`);
    await cp(assembly, next, { recursive: true });
    return next;
  }
  function commandWith({ AccessKeyId, SecretAccessKey, SessionToken }: SessionCredentials) {
    const keys = { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey };
    return xacct.with({ ...operator, ...keys, AWS_SESSION_TOKEN: SessionToken });
  }
  return {
    aws,
    doctor: (...args) => asOperator('doctor', ...args),
    command: asOperator,
    commandWith,
    async commandAllowed(policy) {
      const next = await copied();
      await addStack(next, ROLE, { Role: roleOf(ROLE, SOURCE, policy) });
      await aws.update(next);
      return commandWith(await assumed(aws));
    },
    async deployWith(...changes) {
      const next = await copied();
      for (const change of changes) await edit(next, change);
      await aws.update(next);
    },
    fail(select, ending) {
      rules.push({ ...NONE, select: { ...NONE.select, ...select }, rate: 1, ending });
    },
    repair() {
      rules.length = 0;
    },
    stop: deployment.stop,
  };
}

/** The source account of every file of these tests. */
const SOURCE = '111111111111';
const ROLE = 'operator';

async function assumed(aws: RoutedAws): Promise<SessionCredentials> {
  const sts = new STSClient(aws.clientOf(SOURCE));
  const RoleArn = `arn:aws:iam::${SOURCE}:role/${ROLE}`;
  const { Credentials = {} } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'night' }));
  sts.destroy();
  return Credentials;
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

function roleOf(name: string, account: string, PolicyDocument: object): Resource {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement },
      Policies: [{ PolicyName: name, PolicyDocument }],
    },
  };
}

/** A stack of somebody else in the source account. */
async function addStack(assembly: string, name: string, Resources: Record<string, Resource>): Promise<void> {
  const file = join(assembly, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.artifacts[name] = {
    type: 'aws:cloudformation:stack',
    environment: `aws://${SOURCE}/us-west-2`,
  };
  await writeFile(file, JSON.stringify(manifest));
  await writeFile(join(assembly, `${name}.template.json`), JSON.stringify({ Resources }));
  await writeFile(join(assembly, `${name}.assets.json`), '{"files":{}}');
}
