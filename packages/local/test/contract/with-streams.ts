import type { Scenario, World } from './aws.ts';

export interface Template {
  Resources: Record<string, { Type: string; DependsOn?: string[] }>;
}

/** The local AWS makes a stream for each mapping by itself; here they are resources, which the mappings wait for. */
export function withStreams(template: object, world: World, scenarios: readonly Scenario[]): Template {
  const { Resources } = template as Template;
  const streams = Object.fromEntries(
    scenarios.map(({ id }) => [
      `${id.replaceAll('-', '')}Stream`,
      { Type: 'AWS::Kinesis::Stream', Properties: { Name: `${world.prefix}-${id}`, ShardCount: 1 } },
    ]),
  );
  const waiting = Object.entries(Resources).map(([logicalId, resource]) => {
    const stream = logicalId.replace(/(Mapping|Consumer)$/, 'Stream');
    const waits = stream !== logicalId && stream in streams;
    return [
      logicalId,
      waits ? { ...resource, DependsOn: [...(resource.DependsOn ?? []), stream] } : resource,
    ];
  });
  return { Resources: { ...Object.fromEntries(waiting), ...streams } };
}
