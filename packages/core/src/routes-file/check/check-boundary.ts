import { accountsWithRole } from '../../model/accounts-with-role.ts';
import type { Routes } from '../../model/routes.ts';
import { parseArn } from '../../names/arn.ts';
import type { Report } from '../../problems/problem.ts';

const PLACE = ['source', 'permissionsBoundary'];

/** Finds a permissions boundary that some roles cannot have, or that CloudFormation's role could change by itself. */
export function checkBoundary(routes: Routes, report: Report): void {
  const { name, source } = routes;
  const { permissionsBoundary: boundary } = source;
  if (boundary === undefined) return;
  checkAccounts(routes, boundary, report);
  const policy = boundary.slice(boundary.lastIndexOf('/') + 1);
  if (boundary.includes(':iam::aws:') || !policy.startsWith(`${name}-forwarder-`)) return;
  const message = `"${policy}" is named as the policies of forwarders, which a deployment may change`;
  report(
    PLACE,
    'permissions-boundary',
    message,
    `give it a name that does not begin with ${name}-forwarder-`,
  );
}

/** IAM accepts a policy of the role's own account, or one of AWS's. */
function checkAccounts(routes: Routes, boundary: string, report: Report): void {
  if (!boundary.startsWith('arn:')) return;
  const { partition, account: owner } = parseArn(boundary);
  const { source } = routes;
  if (partition !== source.partition) {
    const message = `expected a policy of partition ${source.partition}, as of the source, got ${boundary}`;
    report(PLACE, 'partition-mismatch', message, `write arn:${source.partition}:…`);
    return;
  }
  if (owner === 'aws') return;
  const accounts = new Set([source.account, ...routes.routes.flatMap(accountsWithRole)]);
  const other = [...accounts].find((account) => account !== owner);
  if (other === undefined) return;
  const message = `expected a policy of account ${other}, too, in which roles are made, got ${boundary}`;
  const policy = boundary.slice(boundary.indexOf('/') + 1);
  report(
    PLACE,
    'permissions-boundary',
    message,
    `write "${policy}", which means the policy of that name in each account`,
  );
}
