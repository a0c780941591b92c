import { conditionName, isGiven, mappingOf } from './account-conditions.ts';
import type { OtherResource } from './cloudformation.ts';
import type { FailureConfig, FailureDestinations } from './failure-destinations.ts';

const PARAMETER = 'FailureDestinationArn';
const GIVEN = 'HasFailureDestination';
const MAPPING = 'FailureDestinationsOfAccounts';

export interface FailureConfigs {
  resources: OtherResource[];
  sections: Record<'Parameters' | 'Mappings' | 'Conditions', Record<string, object>>;
}

/**
 * On-failure destinations in CloudFormation, made if the parameter names one. In a template for several
 * accounts, a function that not all of them have gets a condition, and a mapping lists the accounts that have it.
 */
export function failureConfigs(
  { configs, region }: Pick<FailureDestinations, 'configs' | 'region'>,
  accounts: readonly string[],
): FailureConfigs {
  const partial = configs.filter((config) => config.accounts.length < accounts.length);
  const conditionOf = (config: FailureConfig) =>
    partial.includes(config) ? conditionName(config.logicalId) : GIVEN;
  return {
    resources: configs.map((config) => {
      const { logicalId, functionName, qualifier, routes } = config;
      return {
        logicalId,
        type: 'AWS::Lambda::EventInvokeConfig',
        condition: conditionOf(config),
        properties: {
          FunctionName: functionName,
          Qualifier: qualifier,
          DestinationConfig: { OnFailure: { Destination: { Ref: PARAMETER } } },
        },
        comments: commentsOf(routes),
      };
    }),
    sections: {
      Parameters: {
        [PARAMETER]: {
          Type: 'String',
          Default: '',
          AllowedPattern: '^(arn:aws[a-z-]*:(sqs|sns|lambda|events|s3):.+)?$',
          ConstraintDescription: 'an ARN of a queue, topic, function, event bus or bucket, or nothing',
          Description: `Where Lambda puts events that a function in ${region} did not take; empty: nothing is made`,
        },
      },
      Mappings:
        partial.length === 0
          ? {}
          : {
              [MAPPING]: mappingOf(
                accounts,
                new Map(partial.map((config) => [config.logicalId, config.accounts])),
              ),
            },
      Conditions: {
        [GIVEN]: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: PARAMETER }, ''] }] },
        ...Object.fromEntries(
          partial.map((config) => [
            conditionOf(config),
            { 'Fn::And': [{ Condition: GIVEN }, isGiven(MAPPING, config.logicalId)] },
          ]),
        ),
      },
    },
  };
}

/** What the reader should know about a function. */
export function commentsOf(routes: readonly string[]): string[] {
  const names = routes.map((route) => `"${route}"`).join(', ');
  return [`Gets records of ${routes.length === 1 ? 'route' : 'routes'} ${names} by asynchronous invocation.`];
}
