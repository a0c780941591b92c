import type { DeployedRole } from './deployed.ts';

/**
 * The organization that the trust of roles asks for. All accounts of an assembly are taken to be in it: nothing in the
 * templates tells otherwise.
 */
export function organizationOf(roles: Iterable<Pick<DeployedRole, 'trust'>>): string | undefined {
  for (const { trust } of roles) {
    const conditions = trust.flatMap((statement) => statement.conditions);
    const asked = conditions.find(({ key }) => key.toLowerCase() === 'aws:principalorgid');
    if (asked !== undefined) return asked.values[0];
  }
  return undefined;
}
