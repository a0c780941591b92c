import { isDeepStrictEqual } from 'node:util';
import { type Resource, resourcesOf, type Stack } from '../stacks/stack.ts';
import { replaces } from './replacing-properties.ts';

export interface ResourceChange {
  id: string;
  type: string;
  /** `replace`: a new one is made, then the old one deleted. `keep`: it leaves the template and stays. */
  change: 'create' | 'update' | 'replace' | 'delete' | 'keep';
  /** The properties that differ, if the resource is in both templates. */
  properties: PropertyChange[];
  before: Resource | undefined;
  after: Resource | undefined;
}

export interface PropertyChange {
  property: string;
  before: unknown;
  after: unknown;
}

/** What CloudFormation would do with each resource of a stack, in the order of the templates. */
export function compareResources(before: Stack | undefined, after: Stack | undefined): ResourceChange[] {
  const old = new Map(before === undefined ? [] : resourcesOf(before));
  const now = new Map(after === undefined ? [] : resourcesOf(after));
  const changes = [...new Set([...now.keys(), ...old.keys()])]
    .map((id) => compare(id, old.get(id), now.get(id)))
    .filter((change) => change !== undefined);
  return withReplacedReferences(changes, now);
}

function compare(
  id: string,
  before: Resource | undefined,
  after: Resource | undefined,
): ResourceChange | undefined {
  const type = (after ?? before)?.Type ?? '';
  const described = { id, type, properties: [], before, after };
  if (before === undefined) return { ...described, change: 'create' };
  if (after === undefined) {
    return { ...described, change: before.DeletionPolicy?.startsWith('Retain') ? 'keep' : 'delete' };
  }
  if (isDeepStrictEqual(before, after)) return undefined;
  const [old, now] = [before.Properties ?? {}, after.Properties ?? {}];
  const properties = [...new Set([...Object.keys(now), ...Object.keys(old)])]
    .filter((property) => !isDeepStrictEqual(old[property], now[property]))
    .map((property) => ({ property, before: old[property], after: now[property] }));
  const isReplaced =
    before.Type !== after.Type || properties.some(({ property }) => replaces(type, property));
  return { ...described, properties, change: isReplaced ? 'replace' : 'update' };
}

/** A replaced resource gets another ARN, which also replaces resources whose immutable properties refer to it. */
function withReplacedReferences(
  changes: ResourceChange[],
  now: ReadonlyMap<string, Resource>,
): ResourceChange[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  let grows = true;
  while (grows) {
    grows = false;
    for (const [id, resource] of now) {
      const known = byId.get(id);
      if (known?.change === 'replace' || known?.change === 'create') continue;
      const property = Object.entries(resource.Properties ?? {}).find(
        ([name, value]) =>
          replaces(resource.Type, name) && byId.get(referredTo(value) ?? '')?.change === 'replace',
      );
      if (property === undefined) continue;
      const [name, value] = property;
      byId.set(id, {
        id,
        type: resource.Type,
        change: 'replace',
        properties: [...(known?.properties ?? []), { property: name, before: value, after: value }],
        before: known?.before ?? resource,
        after: resource,
      });
      grows = true;
    }
  }
  return [...byId.values()];
}

/** The resource to which a value refers by `Ref` or `Fn::GetAtt`. */
function referredTo(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  return undefined;
}
