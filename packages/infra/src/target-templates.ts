import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { App } from 'aws-cdk-lib';
import { routeRoles } from './route-roles.ts';
import { sortRoutes } from './sort-routes.ts';
import { TargetStack } from './target-stack.ts';

/** A statement of an exported role: of its trust, or of what it may do. */
export interface PolicyStatement {
  /** Names the statement. */
  Sid: string;
  /** Roles only allow. */
  Effect: 'Allow';
  /** One action, or several. */
  Action: string | readonly string[];
  /** Absent in a trust policy. */
  Resource?: string | readonly string[];
  /** Only in a trust policy. */
  Principal?: { AWS: string };
  /** By operator, then by key. */
  Condition?: Record<string, Record<string, string | readonly string[]>>;
}

/** A policy of an exported role. */
export interface PolicyDocument {
  /** Version of the policy language. */
  Version: string;
  /** In the order of the template. */
  Statement: PolicyStatement[];
}

/** The properties of `AWS::IAM::Role` that xacct sets. */
export interface RoleProperties {
  /** The name by which the forwarder assumes it. */
  RoleName: string;
  /** Absent for `/`. */
  Path?: string;
  /** What it is for. */
  Description: string;
  /** Seconds. */
  MaxSessionDuration: number;
  /** ARN; absent for none. */
  PermissionsBoundary?: string;
  /** Who may assume it. */
  AssumeRolePolicyDocument: PolicyDocument;
  /** What it may do. */
  Policies: { PolicyName: string; PolicyDocument: PolicyDocument }[];
  /** Those of the file, and the route. */
  Tags: { Key: string; Value: string }[];
}

/** The roles of a target account, without anything of the CDK's: what its owner may deploy without a bootstrap. */
export interface TargetTemplate {
  /** ID of the account. */
  account: string;
  /** Description of the template. */
  description: string;
  /** By logical ID, the same as in the CDK's own template: one can be deployed over the other. */
  roles: ReadonlyMap<string, RoleProperties>;
}

/**
 * The templates of target accounts, in the order of the accounts. An account in which no role is generated has none in it.
 *
 * @param accounts IDs
 * @throws {Error} when a target stack holds more than roles, which an export would leave out
 *
 * @example const [template] = await targetTemplates(routes, ['222222222222']);
 */
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
