import { tagKeys } from '@xacct/core';

/** A stack with its template, as synthesized or as deployed. */
export interface Stack {
  name: string;
  account: string;
  region: string;
  tags: Readonly<Record<string, string>>;
  template: Template;
  /** Only of a deployed stack: its status in CloudFormation. */
  status?: string;
  /** Only of a deployed stack: whether alarms roll back its updates. */
  isWatched?: boolean;
}

export interface Template {
  Resources?: Readonly<Record<string, Resource>>;
}

export interface Resource {
  Type: string;
  Properties?: Readonly<Record<string, unknown>>;
  /** `Retain` and `RetainExceptOnCreate` keep a resource whose template no longer holds it. */
  DeletionPolicy?: string;
  /** `Retain` keeps a resource that another one replaces. */
  UpdateReplacePolicy?: string;
  Metadata?: Readonly<Record<string, unknown>>;
}

/** Identifies a stack among those of all accounts. */
export function keyOf({ account, region, name }: Stack): string {
  return `${account}/${region}/${name}`;
}

export function resourcesOf({ template }: Stack): [id: string, resource: Resource][] {
  return Object.entries(template.Resources ?? {});
}

/** The resources of some types, in the order of the template. */
export function resourcesOfType(stack: Stack, ...types: readonly string[]): Resource[] {
  return Object.values(stack.template.Resources ?? {}).filter(({ Type }) => types.includes(Type));
}

/** The name of the route that a role is made for. */
export function routeOfRole({ Properties }: Resource): string | undefined {
  const tags = Array.isArray(Properties?.Tags) ? Properties.Tags : [];
  return tags.find(({ Key }) => Key === tagKeys.route)?.Value;
}

/** The name of a stack's route; undefined for the stacks of forwarders and target accounts. */
export function routeOf({ tags }: Stack): string | undefined {
  return tags[tagKeys.route];
}

/** The name of the forwarder that a stack belongs to. */
export function forwarderOf({ tags }: Pick<Stack, 'tags'>): string | undefined {
  return tags[tagKeys.forwarder];
}

/** Which of the three kinds of docs/deploying.md a stack is. */
export function kindOf(stack: Stack): 'forwarder' | 'target' | 'route' {
  if (routeOf(stack) !== undefined) return 'route';
  return functionOf(stack) === undefined ? 'target' : 'forwarder';
}

/** The function of a forwarder's stack. */
export function functionOf(stack: Stack): Resource | undefined {
  return resourcesOfType(stack, 'AWS::Lambda::Function')[0];
}
