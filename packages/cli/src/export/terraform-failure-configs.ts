import { commentsOf } from './failure-configs.ts';
import type { FailureDestinations } from './failure-destinations.ts';
import type { CommentedBlock } from './terraform.ts';
import { uniqueLabels } from './unique-labels.ts';

const VARIABLE = 'failure_destination_arn';

/** On-failure destinations in Terraform, made if the variable names one. */
export function terraformFailureConfigs({
  configs,
  region,
}: Pick<FailureDestinations, 'configs' | 'region'>): CommentedBlock[] {
  const labels = uniqueLabels(configs.map(({ functionName, qualifier }) => `${functionName}_${qualifier}`));
  return [
    {
      type: 'variable',
      labels: [VARIABLE],
      attributes: {
        description: `Where Lambda puts events that a function in ${region} did not take; empty: nothing is made`,
        type: { reference: 'string' },
        default: '',
      },
    },
    ...configs.map(
      ({ functionName, qualifier, routes }, index): CommentedBlock => ({
        comment: commentsOf(routes),
        type: 'resource',
        labels: ['aws_lambda_function_event_invoke_config', labels[index] ?? ''],
        attributes: {
          count: { reference: `var.${VARIABLE} == "" ? 0 : 1` },
          function_name: functionName,
          qualifier,
        },
        blocks: [
          {
            type: 'destination_config',
            blocks: [{ type: 'on_failure', attributes: { destination: { reference: `var.${VARIABLE}` } } }],
          },
        ],
      }),
    ),
  ];
}
