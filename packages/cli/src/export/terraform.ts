import type { PolicyDocument, PolicyStatement, RoleProperties } from '@xacct/infra';
import type { ExportedRole } from './exported-role.ts';
import { type Block, writeBlock } from './hcl.ts';
import { toLabel, uniqueLabels } from './unique-labels.ts';

/** Writes roles, and other blocks, as Terraform, which needs the provider hashicorp/aws and nothing else. */
export function toTerraform(
  head: readonly string[],
  roles: readonly ExportedRole[],
  others: readonly CommentedBlock[] = [],
): string {
  const labels = uniqueLabels(roles.map(({ properties }) => properties.RoleName));
  const parts = roles.map((role, index) => {
    const { comments, properties } = role;
    const label = labels[index] ?? '';
    return [comment(comments.role), ...blocksOf(properties, label, comments).map(writeCommented)].join('\n');
  });
  return [comment(head), ...parts, ...others.map(writeCommented)].join('\n');
}

export interface CommentedBlock extends Block {
  comment?: readonly string[];
}

function blocksOf(
  {
    RoleName,
    Path,
    Description,
    MaxSessionDuration,
    PermissionsBoundary,
    AssumeRolePolicyDocument,
    Policies,
    Tags,
    ...rest
  }: RoleProperties,
  label: string,
  { trust, permissions }: ExportedRole['comments'],
): CommentedBlock[] {
  refuseOthers(`role ${RoleName}`, rest);
  return [
    { comment: trust, ...policyDocument(`${label}_trust`, AssumeRolePolicyDocument) },
    {
      type: 'resource',
      labels: ['aws_iam_role', label],
      attributes: {
        name: RoleName,
        ...(Path !== undefined && { path: Path }),
        description: Description,
        max_session_duration: MaxSessionDuration,
        ...(PermissionsBoundary !== undefined && { permissions_boundary: PermissionsBoundary }),
        assume_role_policy: { reference: `data.aws_iam_policy_document.${label}_trust.json` },
        tags: { pairs: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) },
      },
    },
    ...Policies.flatMap(({ PolicyName, PolicyDocument: document }): CommentedBlock[] => {
      const policyLabel = `${label}_${toLabel(PolicyName)}`;
      return [
        { comment: permissions, ...policyDocument(policyLabel, document) },
        {
          type: 'resource',
          labels: ['aws_iam_role_policy', policyLabel],
          attributes: {
            name: PolicyName,
            role: { reference: `aws_iam_role.${label}.id` },
            policy: { reference: `data.aws_iam_policy_document.${policyLabel}.json` },
          },
        },
      ];
    }),
  ];
}

/** A policy as a data source, which renders it as JSON. */
export function policyDocument(label: string, { Version, Statement, ...rest }: PolicyDocument): Block {
  refuseOthers(label, rest);
  return {
    type: 'data',
    labels: ['aws_iam_policy_document', label],
    attributes: { version: Version },
    blocks: Statement.map(statement),
  };
}

function statement({
  Sid,
  Effect,
  Action,
  Resource,
  Principal,
  Condition = {},
  ...rest
}: PolicyStatement): Block {
  refuseOthers(`statement ${Sid}`, rest);
  const { AWS, ...otherPrincipals } = Principal ?? {};
  refuseOthers(`the principal of statement ${Sid}`, otherPrincipals);
  const conditions = Object.entries(Condition).flatMap(([test, variables]) =>
    Object.entries(variables).map(([variable, values]): Block => {
      return { type: 'condition', attributes: { test, variable, values: [values].flat() } };
    }),
  );
  return {
    type: 'statement',
    attributes: {
      sid: Sid,
      effect: Effect,
      actions: [Action].flat(),
      ...(Resource !== undefined && { resources: [Resource].flat() }),
    },
    blocks: [
      ...(AWS === undefined
        ? []
        : [{ type: 'principals', attributes: { type: 'AWS', identifiers: [AWS].flat() } }]),
      ...conditions,
    ],
  };
}

/** Properties that this export does not support must not be left out silently. */
function refuseOthers(where: string, rest: object): void {
  const names = Object.keys(rest);
  if (names.length > 0) throw new Error(`Terraform is not written for ${names.join(', ')} of ${where}`);
}

function writeCommented(block: CommentedBlock): string {
  return comment(block.comment ?? []) + writeBlock(block);
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}\n`).join('');
}
