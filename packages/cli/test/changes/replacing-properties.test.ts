import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { replaces } from '../../src/changes/replacing-properties.ts';
import { resourcesOf } from '../../src/stacks/stack.ts';
import { stacksOf } from '../stacks/stacks-of.ts';
import { routesYaml } from '../xacct.ts';

/** CloudFormation's resource types as the CDK's own `cdk diff` knows them. */
const { schema } = JSON.parse(
  gunzipSync(
    readFileSync(join(createRequire(import.meta.url).resolve('aws-cdk/package.json'), '../db.json.gz')),
  ).toString(),
);
const types: { cloudFormationType: string; properties: Record<string, { causesReplacement?: string }> }[] =
  Object.values(schema.resource.entities ?? schema.resource);

const EVERYTHING = routesYaml(`  - stream: orders
    enhancedFanOut: true
    startingPosition: AT_TIMESTAMP
    startingTimestamp: 2026-11-22T08:00:00Z
    kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab
    filters: [{ data: { type: [a] } }]
    targets:
      - account: analytics
        function: reader
`);
const GUARDED = readFileSync(
  new URL('../../../core/test/fixtures/valid/guarded.yaml', import.meta.url),
  'utf8',
);

describe('replaces', () => {
  test.each([
    ['plain', EVERYTHING],
    ['guarded', GUARDED],
  ])(
    'agrees with CloudFormation on every property of every resource that is deployed: %s',
    async (_, text) => {
      const used = (await stacksOf(text)).flatMap(resourcesOf).flatMap(([, { Type, Properties = {} }]) => {
        return Object.keys(Properties).map((property) => ({ type: Type, property }));
      });
      expect(used.length).toBeGreaterThan(50);
      for (const { type, property } of used) {
        const known = types.find(({ cloudFormationType }) => cloudFormationType === type);
        const expected = known?.properties[property]?.causesReplacement === 'yes';
        // A consumer's tags are those of its stack, and in no template.
        expect({ type, property, replaces: replaces(type, property) }).toEqual({
          type,
          property,
          replaces: expected,
        });
      }
    },
  );
});
