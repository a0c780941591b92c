import type { DeployedRole } from './deployed.ts';

/**
 * The organization that trust policies require. All accounts of an assembly count as members, since no template says
 * otherwise.
 */
export function organizationOf(roles: Iterable<Pick<DeployedRole, 'trust'>>): string | undefined {
  for (const { trust } of roles) {
    const conditions = trust.flatMap((statement) => statement.conditions);
    const asked = conditions.find(({ key }) => key.toLowerCase() === 'aws:principalorgid');
    if (asked !== undefined) return asked.values[0];
  }
  return undefined;
}
