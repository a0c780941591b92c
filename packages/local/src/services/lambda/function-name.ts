import { functionArn, partitionOf } from '@xacct/core';
import type { Call } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** A function's name, its ARN, or `<account>:function:<name>`, with a qualifier behind any of them. */
const FUNCTION =
  /^(?:arn:(?<partition>aws[a-z-]*):lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9_-]+)(?::(?<qualifier>[$a-zA-Z0-9_-]+))?$/;

export const FUNCTION_NAME = { type: 'string', pattern: FUNCTION.source } as const;

/**
 * ARN of the function that a call names, with its qualifier.
 *
 * @throws {AwsError} for a function of another region, and for two qualifiers
 */
export function namedFunction(
  { FunctionName, Qualifier }: { FunctionName: string; Qualifier?: string | undefined },
  { principal, region }: Pick<Call, 'principal' | 'region'>,
): string {
  const {
    partition = partitionOf(region),
    region: itsRegion = region,
    account = principal.account,
    name,
    qualifier = Qualifier,
  } = FUNCTION.exec(FunctionName)?.groups ?? {};
  if (itsRegion !== region) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Functions from '${itsRegion}' are not reachable in this region ('${region}')`,
      404,
    );
  }
  if (Qualifier !== undefined && Qualifier !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const qualified = qualifier === undefined ? `${name}` : `${name}:${qualifier}`;
  return functionArn({ partition, region, account }, qualified);
}
