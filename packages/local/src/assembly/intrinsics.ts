import { NotSupportedError } from '../shared/aws-error.ts';

/** What `Ref` and `Fn::GetAtt` refer to within one stack. */
export interface Scope {
  ref(logicalId: string, where: string): unknown;
  attribute(logicalId: string, name: string, where: string): unknown;
}

/**
 * Replaces CloudFormation's intrinsic functions by their values.
 *
 * @throws {NotSupportedError} for a function that the local AWS does not know
 */
export function resolveIntrinsics(value: unknown, scope: Scope, where: string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveIntrinsics(item, scope, where));
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && /^(Ref$|Fn::)/.test(name))
    return call(name, argument, scope, where);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveIntrinsics(item, scope, where)]));
}

function call(name: string, argument: unknown, scope: Scope, where: string): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(String(argument), where);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
      return scope.attribute(String(logicalId), String(attribute), where);
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown];
      if (!Array.isArray(parts)) throw new NotSupportedError(`Fn::Join of ${JSON.stringify(parts)}`, where);
      return parts.map((part) => joinable(resolveIntrinsics(part, scope, where), where)).join(separator);
    }
    default:
      throw new NotSupportedError(`the intrinsic function ${name}`, where);
  }
}

function joinable(part: unknown, where: string): string {
  if (typeof part === 'object')
    throw new NotSupportedError(`Fn::Join of a part ${JSON.stringify(part)}`, where);
  return String(part);
}
