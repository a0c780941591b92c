import { limits } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

export interface WrittenTemplate {
  text: string;
  /** Roles and other resources in it. */
  resources: number;
  /** Accounts in a mapping of the template; 0 where it needs no mapping. */
  mappedAccounts: number;
}

/**
 * Finds what CloudFormation would refuse in a template.
 *
 * @throws {CommandFailure} that names the number, the limit and the way out
 */
export function checkTemplate(
  { text, resources: made, mappedAccounts }: WrittenTemplate,
  subject: string,
): void {
  const { resources, templateBytes, mappingAttributes } = limits.cloudFormation;
  const uses = [
    { what: 'resources', used: made, allowed: resources },
    { what: 'bytes', used: Buffer.byteLength(text), allowed: templateBytes },
    { what: 'accounts with roles of their own', used: mappedAccounts, allowed: mappingAttributes },
  ];
  const full = uses.find(({ used, allowed }) => used > allowed);
  if (full === undefined) return;
  const message = `The template for ${subject} would have ${full.used} ${full.what}, and CloudFormation allows ${full.allowed}. Export smaller groups, whose accounts get the same roles`;
  throw new CommandFailure(message);
}
