import { isDeepStrictEqual } from 'node:util';
import type { Template, Templates } from './current-templates.ts';

/**
 * What differs between the templates of two versions, in words that a changelog can hold: `AWS::Lambda::Function.Timeout` for a
 * property, `AWS::SQS::Queue added` for a resource, `xacct-route-orders removed` for a stack. Each once.
 */
export function compareTemplates(before: Templates, after: Templates): string[] {
  const differences = keysOf(before, after).flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    const stack = name.replace(/^.*\//, '');
    if (old === undefined) return `${stack} added`;
    if (now === undefined) return `${stack} removed`;
    return [...compareResources(old, now), ...compareRest(old, now)];
  });
  return [...new Set(differences)].toSorted();
}

function compareResources({ Resources: before }: Template, { Resources: after }: Template): string[] {
  return keysOf(before, after).flatMap((id) => {
    const [old, now] = [before[id], after[id]];
    if (old === undefined) return `${now?.Type} added`;
    if (now === undefined) return `${old.Type} removed`;
    const [oldProperties, nowProperties] = [flat(old), flat(now)];
    return keysOf(oldProperties, nowProperties)
      .filter((key) => !isDeepStrictEqual(oldProperties[key], nowProperties[key]))
      .map((key) => `${now.Type}.${key}`);
  });
}

/** Outputs, rules, parameters: by their sections. */
function compareRest(before: Template, after: Template): string[] {
  const { Resources: _, ...old } = before;
  const { Resources: __, ...now } = after;
  return keysOf(old, now).filter((section) => !isDeepStrictEqual(old[section], now[section]));
}

/** Properties and attributes beside each other: `Timeout`, `DeletionPolicy`. */
function flat({ Properties, ...attributes }: Record<string, unknown>): Record<string, unknown> {
  return { ...attributes, ...(Properties ?? {}) };
}

function keysOf(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
