import { CfnResource, type Stack, TagManager } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';

/** A resource in a form in which those of different stacks can be compared. */
export interface Comparable {
  type: string;
  properties: unknown;
  policies: unknown;
  metadata: unknown;
  /** With those of its stack. */
  tags: Record<string, string>;
  dependsOn: string[];
}

/**
 * The resources of stacks, by a name that does not depend on the stack. References by logical id are by that name, too.
 *
 * @param nameOf a resource, from its path; undefined for one that is not compared
 */
export function comparable(
  stacks: readonly Stack[],
  nameOf: (path: string) => string | undefined,
): Map<string, Comparable> {
  return new Map(
    stacks.flatMap((stack) => {
      const template = Template.fromStack(stack).toJSON();
      const constructs = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node));
      const names = new Map(
        constructs.map((node) => [String(stack.resolve(node.logicalId)), nameOf(node.node.path)]),
      );
      const renamed = (value: unknown) =>
        JSON.parse(JSON.stringify(value ?? null), (key, inner) =>
          (key === 'Ref' || key === 'Fn::GetAtt' || key === 'DependsOn') && inner !== null
            ? [inner].flat().map((part: string) => names.get(part) ?? part)
            : inner,
        );
      return constructs.flatMap((node): [string, Comparable][] => {
        const id = String(stack.resolve(node.logicalId));
        const name = names.get(id);
        if (name === undefined) return [];
        const { Type, Properties, Metadata, DependsOn, ...policies } = renamed(template.Resources[id]);
        const { Tags, ...properties } = Properties;
        const { 'aws:cdk:path': _, ...metadata } = Metadata ?? {};
        return [
          [
            name,
            {
              type: Type,
              properties,
              policies,
              metadata,
              tags: tagsOf(stack, node, Tags),
              dependsOn: DependsOn ?? [],
            },
          ],
        ];
      });
    }),
  );
}

/** CloudFormation gives the tags of a stack to every resource that can have any. */
function tagsOf(stack: Stack, node: IConstruct, own: unknown): Record<string, string> {
  if (TagManager.of(node) === undefined) return {};
  const written = Array.isArray(own)
    ? Object.fromEntries(own.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]))
    : own;
  return { ...stack.tags.tagValues(), ...(written as Record<string, string> | undefined) };
}
