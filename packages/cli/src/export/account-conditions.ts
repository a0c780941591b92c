/** The accounts of a template that get a resource, by its logical ID, where not all of them do. */
export type Recipients = ReadonlyMap<string, readonly string[]>;

/** The name of the condition under which a resource is made. */
export function conditionName(logicalId: string): string {
  return `Gets${logicalId}`;
}

/** A mapping from each account to what it gets. In an account that is not in it, the template fails. */
export function mappingOf(accounts: readonly string[], gets: Recipients): object {
  const rowOf = (account: string) =>
    Object.fromEntries(Array.from(gets, ([id, members]) => [id, members.includes(account) ? 'yes' : 'no']));
  return Object.fromEntries(accounts.map((account) => [account, rowOf(account)]));
}

/** Whether the account that the template is deployed to gets a resource. */
export function isGiven(mapping: string, logicalId: string): object {
  return { 'Fn::Equals': [{ 'Fn::FindInMap': [mapping, { Ref: 'AWS::AccountId' }, logicalId] }, 'yes'] };
}
