/** A condition of CloudFormation that is true in these accounts, at least one, and in no other. */
export function isOneOf(accounts: readonly string[]): object {
  return anyOf(accounts.map((account) => ({ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, account] })));
}

/**
 * `Fn::Or` takes 2 to 10 conditions, which may be `Fn::Or` themselves.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
const MOST = 10;

function anyOf(conditions: readonly object[]): object {
  const [only] = conditions;
  if (only === undefined) throw new Error('A condition on no account holds nowhere');
  if (conditions.length === 1) return only;
  if (conditions.length <= MOST) return { 'Fn::Or': conditions };
  const parts = Array.from({ length: Math.ceil(conditions.length / MOST) }, (_, part) =>
    anyOf(conditions.slice(part * MOST, (part + 1) * MOST)),
  );
  return anyOf(parts);
}
