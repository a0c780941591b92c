import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { App } from 'aws-cdk-lib';
import { routeRoles } from './route-roles.ts';
import { sortRoutes } from './sort-routes.ts';
import { TargetStack } from './target-stack.ts';

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string | readonly string[];
  Resource?: string | readonly string[];
  Principal?: { AWS: string };
  Condition?: Record<string, Record<string, string | readonly string[]>>;
}

export interface PolicyDocument {
  Version: string;
  Statement: PolicyStatement[];
}

export interface RoleProperties {
  RoleName: string;
  Path?: string;
  Description: string;
  MaxSessionDuration: number;
  PermissionsBoundary?: string;
  AssumeRolePolicyDocument: PolicyDocument;
  Policies: { PolicyName: string; PolicyDocument: PolicyDocument }[];
  Tags: { Key: string; Value: string }[];
}

/** The roles of a target account, without anything of the CDK's: what its owner may deploy without a bootstrap. */
export interface TargetTemplate {
  account: string;
  description: string;
  /** By logical id, the same as in the CDK's own template: one can be deployed over the other. */
  roles: ReadonlyMap<string, RoleProperties>;
}

/** The templates of target accounts, in the order of the accounts. An account in which no role is made has none in it. */
export async function targetTemplates(
  routes: Routes,
  accounts: readonly string[],
): Promise<TargetTemplate[]> {
  const outdir = await mkdtemp(join(tmpdir(), 'xacct-targets-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
    const roles = sortRoutes(routes).routes.flatMap(routeRoles);
    const stacksOf = (account: string) => {
      const byForwarder = Map.groupBy(
        roles.filter((role) => role.account === account),
        ({ route }) => route.forwarder,
      );
      return Array.from(byForwarder, ([forwarder, ofForwarder]) => {
        return new TargetStack(app, { routes, account, forwarder, roles: ofForwarder }).stackName;
      });
    };
    const made = accounts.map((account) => ({ account, stackNames: stacksOf(account) }));
    const assembly = app.synth();
    return made.map(({ account, stackNames }) => {
      const templates = stackNames.map((name): Template => assembly.getStackByName(name).template);
      return {
        account,
        description: `${routes.name}: what account ${routes.source.account} may invoke here`,
        roles: new Map(templates.flatMap((template) => [...rolesOf(template)])),
      };
    });
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

interface Template {
  Description: string;
  Resources?: Record<string, { Type: string; Properties: RoleProperties }>;
  Parameters?: object;
  Rules?: object;
}

/** What the CDK adds, to check a bootstrap that such a deployment does not need. */
const CDKS_OWN = ['Parameters.BootstrapVersion', 'Rules.CheckBootstrapVersion'];

function rolesOf({ Description: _, Resources = {}, ...sections }: Template): Map<string, RoleProperties> {
  const others = [
    ...Object.entries(sections).flatMap(([section, entries]) =>
      Object.keys(entries).map((entry) => `${section}.${entry}`),
    ),
    ...Object.values(Resources).map(({ Type }) => Type),
  ].filter((part) => !CDKS_OWN.includes(part) && part !== 'AWS::IAM::Role');
  // What the stack may hold one day must not be left out of its export in silence.
  if (others.length > 0)
    throw new Error(`A target account's stack holds more than roles: ${others.join(', ')}`);
  return new Map(Object.entries(Resources).map(([id, { Properties }]) => [id, Properties]));
}
