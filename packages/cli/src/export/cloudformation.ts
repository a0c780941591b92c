import { Document, isMap, isScalar } from 'yaml';
import type { ExportedRole } from './exported-role.ts';

export interface RoleResource extends Omit<ExportedRole, 'properties'> {
  properties: object;
  /** The condition under which the role is made; undefined: always. */
  condition?: string;
}

/** A resource other than a role. */
export interface OtherResource {
  logicalId: string;
  type: string;
  /** The condition under which it is made; undefined: always. */
  condition?: string;
  properties: object;
  comments: string[];
}

export interface CloudFormation {
  head: readonly string[];
  description: string;
  roles: readonly RoleResource[];
  others?: readonly OtherResource[];
  /** Further sections before the resources: `Parameters`, `Mappings`, `Conditions`. */
  sections?: Record<string, object>;
  outputs?: Record<string, { Description: string; Value: string }>;
}

/** Writes roles, and other resources, as a CloudFormation template in YAML, for people to read. */
export function toCloudFormation({
  head,
  description,
  roles,
  others = [],
  sections = {},
  outputs,
}: CloudFormation): string {
  const resources: OtherResource[] = [
    ...roles.map(({ comments, ...role }) => ({ ...role, type: 'AWS::IAM::Role', comments: comments.role })),
    ...others,
  ];
  const Resources = Object.fromEntries(
    resources.map(({ logicalId, type, condition, properties }) => [
      logicalId,
      { Type: type, ...(condition !== undefined && { Condition: condition }), Properties: properties },
    ]),
  );
  // CloudFormation reads YAML 1.1: there, a date without quotes is one, and so is a number with a leading zero.
  const document = new Document(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: description,
      ...sections,
      Resources,
      ...(outputs !== undefined && { Outputs: outputs }),
    },
    { version: '1.1', aliasDuplicateObjects: false },
  );
  document.commentBefore = commentOf(head);
  for (const { logicalId, comments } of resources) commentKey(document, ['Resources', logicalId], comments);
  for (const { logicalId, comments } of roles) {
    const at = ['Resources', logicalId, 'Properties'];
    commentKey(document, [...at, 'AssumeRolePolicyDocument'], comments.trust);
    commentKey(document, [...at, 'Policies'], comments.permissions);
  }
  return document.toString({ lineWidth: 0 });
}

/** Puts a comment above a key of a mapping. */
function commentKey(document: Document, path: readonly string[], lines: readonly string[]): void {
  const parent = document.getIn(path.slice(0, -1));
  if (!isMap(parent)) return;
  const key = parent.items.map((pair) => pair.key).find((key) => isScalar(key) && key.value === path.at(-1));
  if (isScalar(key)) key.commentBefore = commentOf(lines);
}

function commentOf(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join('\n');
}
