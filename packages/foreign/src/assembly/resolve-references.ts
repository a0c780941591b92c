import type { AssemblyStack, TemplateResource } from './read-assembly.ts';

/**
 * Puts names and ARNs in the place of references to resources of the same stack, from the names that the template gives them:
 * another way than by asking the AWS that has resolved them too.
 *
 * @throws for a reference that no template of the project has had yet
 */
export function resolveReferences(value: unknown, stack: AssemblyStack): unknown {
  if (Array.isArray(value)) return value.map((inner) => resolveReferences(inner, stack));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[operation, operand] = ['', undefined]] = entries;
  if (operation === 'Ref') return nameOf(resourceOf(String(operand), stack), stack);
  if (operation === 'Fn::GetAtt') {
    const [id, attribute] = operand as [string, string];
    if (attribute !== 'Arn') throw new Error(`Nobody has said what ${id}.${attribute} of ${stack.name} is`);
    return arnOf(resourceOf(id, stack), stack);
  }
  if (operation.startsWith('Fn::')) throw new Error(`Nobody resolves ${operation} of ${stack.name}`);
  return Object.fromEntries(entries.map(([key, inner]) => [key, resolveReferences(inner, stack)]));
}

function resourceOf(id: string, { name, template }: AssemblyStack): TemplateResource {
  const resource = template.Resources[id];
  if (resource === undefined) throw new Error(`Stack ${name} refers to ${id}, which it has not`);
  return resource;
}

const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

function nameOf({ Type, Properties }: TemplateResource, { name }: AssemblyStack): string {
  const property = NAMES[Type];
  if (property === undefined) throw new Error(`Nobody has said what a Ref to ${Type} of ${name} is`);
  return String(Properties[property]);
}

function arnOf({ Type, Properties }: TemplateResource, { name, account, region }: AssemblyStack): string {
  if (Type === 'AWS::IAM::Role') return `arn:aws:iam::${account}:role/${Properties.RoleName}`;
  if (Type === 'AWS::SQS::Queue') return `arn:aws:sqs:${region}:${account}:${Properties.QueueName}`;
  throw new Error(`Nobody has said what the ARN of ${Type} of ${name} is`);
}
