import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { behaviours } from './behaviours/index.ts';
import { withStreams } from './with-streams.ts';
import { sourceTemplate } from './world.ts';

const world = {
  region: 'eu-central-1',
  source: '111111111111',
  target: '999999999999',
  prefix: 'xacct-contract-abcdef',
};
/** Those that real AWS is asked for. */
const scenarios = behaviours.flatMap((behaviour) =>
  'scenario' in behaviour && behaviour.localOnly === undefined ? [behaviour.scenario] : [],
);

describe('withStreams', () => {
  test('makes a stream for each scenario, and what reads it wait for it', () => {
    const { Resources } = withStreams(sourceTemplate(world, scenarios, {}), world, scenarios);
    const streams = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Kinesis::Stream');
    expect(streams).toHaveLength(scenarios.length);
    for (const [stream] of streams) {
      const mapping = Resources[stream.replace(/Stream$/, 'Mapping')];
      expect(mapping?.DependsOn).toEqual(['Function', 'Throttled', 'Failures', stream]);
    }
    expect(Resources.consumerConsumer?.DependsOn).toEqual(['consumerStream']);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  test('fits into a template that is sent as it is', async () => {
    const ZipFile = await readFile(new URL('./function/index.cjs', import.meta.url), 'utf8');
    const template = withStreams(sourceTemplate(world, scenarios, { ZipFile }), world, scenarios);
    expect(Buffer.byteLength(JSON.stringify(template))).toBeLessThanOrEqual(51_200);
  });
});
