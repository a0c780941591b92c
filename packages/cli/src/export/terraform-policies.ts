import type { BootstrapPolicy } from '@xacct/core/bootstrap';
import { policyDocument, toTerraform } from './terraform.ts';
import { toLabel } from './unique-labels.ts';

/** Writes managed policies as Terraform. */
export function toTerraformPolicies(head: readonly string[], policies: readonly BootstrapPolicy[]): string {
  const blocks = policies.flatMap(({ name, description, document }) => {
    const label = toLabel(name);
    return [
      policyDocument(label, document),
      {
        type: 'resource',
        labels: ['aws_iam_policy', label],
        attributes: {
          name,
          description,
          policy: { reference: `data.aws_iam_policy_document.${label}.json` },
        },
      },
    ];
  });
  return toTerraform(head, [], blocks);
}
