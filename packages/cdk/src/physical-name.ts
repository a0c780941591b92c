import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The name that an app gives a resource, whose own attribute is a token; undefined if AWS generates the name. */
export function givenName(resource: IConstruct, property: string): string | undefined {
  const { defaultChild } = resource.node;
  if (defaultChild === undefined || !(property in defaultChild)) return undefined;
  const name: unknown = Reflect.get(defaultChild, property);
  return typeof name === 'string' && !Token.isUnresolved(name) ? name : undefined;
}
