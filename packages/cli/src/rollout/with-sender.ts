import type { Resource, Stack } from '../stacks/stack.ts';

/** A route's stack whose queues accept messages of one more role. */
export function withSender(stack: Stack, role: string): Stack {
  const resources = Object.entries(stack.template.Resources ?? {}).map(([id, resource]) => [
    id,
    letIn(resource, role),
  ]);
  return { ...stack, template: { ...stack.template, Resources: Object.fromEntries(resources) } };
}

function letIn(resource: Resource, role: string): Resource {
  if (resource.Type !== 'AWS::SQS::QueuePolicy') return resource;
  const document = resource.Properties?.PolicyDocument as {
    Statement: { Effect: string; Principal: { AWS: string | string[] } }[];
  };
  const Statement = document.Statement.map((statement) => {
    if (statement.Effect !== 'Allow') return statement;
    return { ...statement, Principal: { AWS: [...new Set([statement.Principal.AWS, role].flat())] } };
  });
  return { ...resource, Properties: { ...resource.Properties, PolicyDocument: { ...document, Statement } } };
}
