import { partitionOf } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import { resolveIntrinsics, type Scope } from './intrinsics.ts';
import type { StackArtifact } from './read-assembly.ts';
import { resourceTypes } from './resource-types.ts';

/** One resource of a template, its properties free of intrinsic functions. */
export interface Resource {
  type: string;
  logicalId: string;
  /** Physical name. */
  name: string;
  /** The value of `Ref`. */
  physicalId: string;
  properties: Record<string, unknown>;
  stack: StackArtifact;
  /** For messages: `stack <name> resource <logical id>`. */
  where: string;
}

const KNOWN_SECTIONS = new Set(['Description', 'Resources', 'Parameters', 'Rules']);
const KNOWN_RESOURCE_KEYS = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
]);

/**
 * Reads the resources of a template as CloudFormation would make them.
 *
 * @throws {NotSupportedError} for a section, resource type, property or function that the local AWS does not know
 */
export function readTemplate(stack: StackArtifact): Resource[] {
  const { template } = stack;
  refuseUnknown(Object.keys(template), KNOWN_SECTIONS, 'the section', `stack ${stack.name}`);
  checkBootstrap(template, stack);

  if (template.Resources === undefined)
    throw new NotSupportedError('a template without Resources', `stack ${stack.name}`);
  const written = template.Resources as Record<string, WrittenResource>;
  const declarations = new Map(
    Object.entries(written).map(([logicalId, resource]) => [logicalId, declare(logicalId, resource, stack)]),
  );
  const scope = createScope(stack, declarations);

  return [...declarations.values()].map(({ type, logicalId, name, resource, where }) => {
    const properties = resolveIntrinsics(resource.Properties ?? {}, scope, where) as Record<string, unknown>;
    const physicalId = String(scope.ref(logicalId, where));
    return { type, logicalId, name, physicalId, properties, stack, where };
  });
}

interface WrittenResource {
  Type: string;
  Properties?: Record<string, unknown>;
}

type Declaration = ReturnType<typeof declare>;

function declare(logicalId: string, resource: WrittenResource, stack: StackArtifact) {
  const where = `stack ${stack.name} resource ${logicalId}`;
  const type = resource.Type;
  const definition = Object.hasOwn(resourceTypes, type) ? resourceTypes[type] : undefined;
  if (definition === undefined) throw new NotSupportedError(`the resource type ${type}`, where);
  refuseUnknown(Object.keys(resource), KNOWN_RESOURCE_KEYS, `the key of a resource`, where);
  const properties = resource.Properties ?? {};
  refuseUnknown(Object.keys(properties), new Set(definition.properties), `the property of ${type}`, where);

  const given = definition.nameProperty === undefined ? undefined : properties[definition.nameProperty];
  if (given !== undefined && typeof given !== 'string') {
    throw new NotSupportedError(`a ${definition.nameProperty} that is not written out`, where);
  }
  return { type, definition, logicalId, name: given ?? `${stack.name}-${logicalId}`, resource, where };
}

function createScope(stack: StackArtifact, declarations: ReadonlyMap<string, Declaration>): Scope {
  const place = { partition: partitionOf(stack.region), account: stack.account, region: stack.region };
  const pseudo: Record<string, string> = {
    'AWS::AccountId': stack.account,
    'AWS::Partition': place.partition,
    'AWS::Region': stack.region,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  return {
    ref(logicalId, where) {
      const { definition, name } = declarations.get(logicalId) ?? {};
      const value =
        (name === undefined ? undefined : (definition?.ref?.(place, name) ?? name)) ?? pseudo[logicalId];
      if (value === undefined) throw new NotSupportedError(`what "Ref: ${logicalId}" refers to`, where);
      return value;
    },
    attribute(logicalId, name, where) {
      const declaration = declarations.get(logicalId);
      const attribute = declaration?.definition.attributes?.[name];
      if (declaration === undefined || attribute === undefined) {
        throw new NotSupportedError(`the attribute ${logicalId}.${name}`, where);
      }
      return attribute(place, declaration.name, declaration.resource.Properties ?? {});
    },
  };
}

/** The CDK adds a check of its bootstrap stack to every template; there is none here, and nothing refers to it. */
function checkBootstrap(template: Record<string, unknown>, stack: StackArtifact): void {
  for (const [section, known] of [
    ['Parameters', 'BootstrapVersion'],
    ['Rules', 'CheckBootstrapVersion'],
  ] as const) {
    const names = Object.keys((template[section] as object | undefined) ?? {});
    refuseUnknown(names, new Set([known]), `the entry of ${section}`, `stack ${stack.name}`);
  }
}

function refuseUnknown(
  names: readonly string[],
  known: ReadonlySet<string>,
  what: string,
  where: string,
): void {
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new NotSupportedError(`${what} ${unknown}`, where);
}
