import { parseRoutes, type Routes } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { Stack } from '../../src/stacks/stack.ts';
import type { StoppedMappings } from '../../src/starting-times/start-after.ts';
import { readMapping } from '../../src/starting-times/stream-mapping.ts';
import { withStartingTimes } from '../../src/starting-times/with-starting-times.ts';
import { stacksInMemory } from '../rollout/stacks-in-memory.ts';

const STOPPED_AT = Date.parse('2026-11-22T08:00:00Z');
const NOW = Date.parse('2026-11-22T09:00:00Z');

interface Options {
  name?: string;
  stream?: string;
  position?: object;
  more?: object;
}

function routesOf({
  name = 'orders',
  stream = 'orders',
  position = { startingPosition: 'AT_TIMESTAMP' },
  more = {},
}: Options = {}): Routes {
  const targets = [{ account: '222222222222', function: 'reader' }];
  const { routes } = parseRoutes(
    JSON.stringify({
      source: { account: '111111111111', region: 'us-west-2' },
      routes: [{ name, stream, targets, ...position, ...more }],
    }),
  );
  if (routes === undefined) throw new Error('The file is wrong');
  return routes;
}

const stacksOf = (options?: Options) => stacksInMemory(routesOf(options));
const first = (options: Options = {}) => stacksOf({ position: {}, ...options });

/** What AWS knows: by default a stack that was deleted at 8:00 and was 10 s behind. */
function known(more: Partial<StoppedMappings> = {}): StoppedMappings {
  return {
    async findStop(mapping) {
      return { stack: 'xacct-route-sales', mapping: { ...mapping, enabled: true }, at: STOPPED_AT };
    },
    readLag: async () => 10_000,
    now: () => NOW,
    ...more,
  };
}

/** Where the route starts by the filled file, and why. */
async function start(
  deployed: readonly Stack[],
  options: Options = {},
  stopped: StoppedMappings | undefined = known(),
) {
  const routes = routesOf(options);
  const result = await withStartingTimes({
    routes,
    stacks: stacksInMemory(routes),
    synthesize: async ({ routes: variant, only }) =>
      stacksInMemory(variant, { only: (name) => only?.has(name) ?? false }),
    deployed,
    stopped,
  });
  const { startingPosition, startingTimestamp } = readMapping(
    result.stacks.find(({ name }) => name.startsWith('xacct-route-'))?.template ?? {},
  ) ?? { startingPosition: undefined };
  return {
    ...result,
    mapping: [startingPosition, startingTimestamp],
    told: result.starting.map(({ at, reason }) => [at, reason]),
  };
}

const at = (iso: string) => Date.parse(iso) / 1000;

describe('withStartingTimes', () => {
  test('starts twice its lag and five minutes before the mapping stopped that read the stream before', async () => {
    const { mapping, told, routes } = await start([]);
    expect(told).toEqual([
      [
        '2026-11-22T07:54:40.000Z',
        '320 s before 2026-11-22T08:00:00.000Z, when stack xacct-route-sales was read last, 10 s behind at the most',
      ],
    ]);
    expect(mapping).toEqual(['AT_TIMESTAMP', at('2026-11-22T07:54:40Z')]);
    expect(routes.routes[0]?.startingTimestamp).toBe(at('2026-11-22T07:54:40Z'));
  });

  test('leaves a mapping that is there as it is, whenever it was made, so that later deployments change nothing', async () => {
    const { stacks } = await start([]);
    const later = await start(stacks, {}, known({ findStop: async () => undefined }));
    expect([later.mapping, later.told]).toEqual([['AT_TIMESTAMP', at('2026-11-22T07:54:40Z')], []]);
    expect(await start(first())).toMatchObject({ mapping: ['TRIM_HORIZON', undefined], told: [] });
    const latest = first({ position: { startingPosition: 'LATEST' } });
    expect(await start(latest)).toMatchObject({ mapping: ['LATEST', undefined], told: [] });
  });

  test('starts in another stream when the one before was read last, which is now', async () => {
    const { told } = await start(first({ stream: 'orders-v1' }));
    expect(told).toEqual([
      ['2026-11-22T08:54:40.000Z', expect.stringContaining('when stream orders-v1 was read last')],
    ]);
  });

  test('starts where it was when it reads as a consumer from now on', async () => {
    const { told } = await start(first(), { more: { enhancedFanOut: true } });
    expect(told).toEqual([
      [
        '2026-11-22T08:54:40.000Z',
        expect.stringContaining('when the mapping that it replaces was read last'),
      ],
    ]);
  });

  test('uses the time in the file, except for an existing mapping', async () => {
    const position = { startingPosition: 'AT_TIMESTAMP', startingTimestamp: '2026-11-20T00:00:00Z' };
    expect(await start([], { position })).toMatchObject({
      mapping: ['AT_TIMESTAMP', at('2026-11-20T00:00:00Z')],
      told: [['2026-11-20T00:00:00.000Z', 'as the file says']],
    });
    expect((await start(first(), { position })).mapping).toEqual(['TRIM_HORIZON', undefined]);
  });

  test.each<[string, Partial<StoppedMappings> | undefined, RegExp]>([
    [
      'there was no mapping',
      { findStop: async () => undefined },
      /^no earlier mapping of stream orders is known$/,
    ],
    [
      'the mapping was disabled',
      { findStop: async (mapping) => ({ stack: 'xacct-route-sales', mapping, at: undefined }) },
      /^the mapping of stack xacct-route-sales was disabled, and it is not known since when$/,
    ],
    [
      'the lag is not known',
      { readLag: async () => undefined },
      /^it is not known how far behind stack xacct-route-sales was$/,
    ],
    [
      'AWS does not answer',
      {
        readLag: async () => {
          throw Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
        },
      },
      /^when the stream was last read cannot be found out: AccessDenied: not authorized$/,
    ],
  ])('starts at the oldest record where %s', async (_, more, reason) => {
    const { mapping, told } = await start([], {}, known(more));
    expect([mapping, told]).toEqual([['TRIM_HORIZON', undefined], [[null, expect.stringMatching(reason)]]]);
  });

  test('asks nothing of AWS where it compares with an assembly, or where the stream is still read', async () => {
    const asked: string[] = [];
    const findStop: StoppedMappings['findStop'] = async ({ stream }) => void asked.push(stream) as undefined;
    const still = await start(first({ name: 'sales' }), {}, known({ findStop }));
    expect(still.told).toEqual([[null, expect.stringMatching(/^stack xacct-route-sales still reads it/)]]);
    expect(asked).toEqual([]);
  });
});
