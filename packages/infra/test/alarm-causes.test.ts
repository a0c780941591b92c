import { afterEach, describe, expect, test } from 'vitest';
import { routesOf } from './factories.ts';
import {
  createMonitoredWorld,
  FAILS,
  type HandlerMetrics,
  IS_THROTTLED,
  type MonitoredWorld,
} from './monitored-world.ts';

const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
/** With all alarms that there are. */
const ROUTES = routesOf(
  `
  - stream: orders
    maximumRetryAttempts: 2
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: reader, paused: true }
  - stream: payments
    enhancedFanOut: true
    forwarder: isolated
    targets: [{ account: billing, function: "ledger:live" }]
  - stream: ${TABLE}
    targets: [{ account: analytics, function: reader }]
`,
  'alarmActions: [arn:aws:sns:us-west-2:111111111111:on-call]',
);
const ORDERS = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const PAYMENTS = 'arn:aws:kinesis:us-west-2:111111111111:stream/payments';
const FORWARDER = 'xacct-forwarder-default';
const HOURS = 60;
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const NOTHING = {
  recordsIn: 0,
  delivered: 0,
  filtered: 0,
  parked: 0,
  paused: 0,
  failed: 0,
  invokeLatency: [],
};

interface Cause {
  /** Happens once. */
  begin?: (world: MonitoredWorld) => unknown;
  /** Happens every so many minutes, from the first on. */
  every?: { minutes: number; happen: (world: MonitoredWorld) => unknown };
  /** What people, or time, do about it. */
  end: (world: MonitoredWorld) => unknown;
  /** Minutes until the alarm is raised. */
  after: number;
  /** Hours in which nothing else happens, after which it is raised, and over at the latest. */
  quietHours?: { raised: number; over: number };
  /** Other alarms that the same cause raises, by then or later. */
  also?: string[];
}

/** A mapping reads a record that is as old as this. */
function readsLate(streamArn: string, also: string[] = []): Cause {
  return {
    begin: async (world) => (await world.runMapping(streamArn)).put(13 * 3_600_000),
    end: () => {},
    after: 1,
    also,
  };
}

function handlerCounts(count: 'staleRoute' | 'keptObjects', part: Pick<Cause, 'after'>): Cause {
  const happen = (world: MonitoredWorld) => world.handlerCounts(FORWARDER, (metrics) => metrics.add(count));
  return { every: { minutes: 1, happen }, end: () => {}, ...part };
}

const keepPaused = (metrics: HandlerMetrics) =>
  metrics.addTarget('orders', READER, { ...NOTHING, recordsIn: 1, paused: 1 });

function recordsAre(what: 'parked' | 'failed', minutes: number, after: number): Cause {
  const happen = (world: MonitoredWorld) =>
    world.handlerCounts(FORWARDER, (metrics) =>
      metrics.addTarget('orders', READER, { ...NOTHING, recordsIn: 1, [what]: 1 }),
    );
  return { every: { minutes, happen }, end: () => {}, after };
}

/** The function fails until the retries of a batch have run out. */
function givesUp(bucketsAreGone: boolean, also: string[]): Cause {
  return {
    async begin(world) {
      world.functionsDo(FAILS);
      (await world.runMapping(ORDERS, { bucketsAreGone })).put();
    },
    end: (world) => world.functionsDo(),
    after: 1,
    also: ['xacct-forwarder-default-errors', ...also],
  };
}

let stream: Awaited<ReturnType<MonitoredWorld['runMapping']>>;
const queueOf = ({ queues }: MonitoredWorld, name: string) => {
  const queue = queues.all().find(({ deployed }) => deployed.name === name);
  if (queue === undefined) throw new Error(`There is no queue ${name}`);
  return queue;
};
const MESSAGE = {
  body: '{}',
  attributes: {},
  groupId: undefined,
  senderId: 'forwarder',
  delaySeconds: undefined,
  traceHeader: undefined,
};

const CAUSES: Record<string, Cause> = {
  'xacct-forwarder-default-errors': {
    async begin(world) {
      world.functionsDo(FAILS);
      (await world.runMapping(TABLE)).put();
    },
    end: (world) => world.functionsDo(),
    after: 1,
  },
  'xacct-forwarder-default-throttles': {
    async begin(world) {
      world.functionsDo(IS_THROTTLED);
      (await world.runMapping(TABLE)).put();
    },
    end: (world) => world.functionsDo(),
    after: 11,
  },
  'xacct-forwarder-default-stale-route': handlerCounts('staleRoute', { after: 11 }),
  'xacct-forwarder-default-failure-bucket': handlerCounts('keptObjects', { after: 1 }),
  'xacct-forwarder-default-destination-failures': givesUp(true, ['xacct-route-orders-dropped']),
  'xacct-forwarder-default-iterator-age': readsLate(TABLE),
  'xacct-route-orders-iterator-age': readsLate(ORDERS, ['xacct-forwarder-default-iterator-age']),
  'xacct-route-payments-iterator-age': readsLate(PAYMENTS),
  'xacct-route-orders-dead-letters': {
    begin(world) {
      const retry = queueOf(world, 'xacct-route-orders-retry');
      retry.send(MESSAGE);
      // Received as often as may be, and never deleted.
      while (Object.values(retry.depth()).some((messages) => messages > 0)) retry.receive(10, 0);
    },
    end: (world) => queueOf(world, 'xacct-route-orders-dead-letters').purge(),
    after: 1,
  },
  'xacct-route-orders-parked': recordsAre('parked', 5, 11),
  'xacct-route-orders-failed': recordsAre('failed', 1, 1),
  'xacct-route-orders-given-up': givesUp(false, []),
  'xacct-route-orders-dropped': givesUp(true, ['xacct-forwarder-default-destination-failures']),
  // One record, and then nothing for a week.
  'xacct-route-orders-paused': {
    begin: (world) => world.handlerCounts(FORWARDER, keepPaused),
    end: () => {},
    after: 0,
    quietHours: { raised: 25, over: 7 * 24 },
  },
  'xacct-route-orders-not-reading': {
    async begin(world) {
      stream = await world.runMapping(ORDERS);
      stream.deny(true);
    },
    every: { minutes: 1, happen: () => stream.put() },
    end: () => stream.deny(false),
    after: 15,
  },
  'xacct-route-orders-late-retries': {
    begin: (world) => queueOf(world, 'xacct-route-orders-retry').send(MESSAGE),
    end: (world) => queueOf(world, 'xacct-route-orders-retry').purge(),
    after: 2 * HOURS,
  },
};

let world: MonitoredWorld;
afterEach(() => world.stop());

describe('the alarms of the templates', () => {
  test('are in the table of causes, by their kind', async () => {
    world = await createMonitoredWorld(ROUTES);
    const kindOf = (name: string) =>
      name.replace(/^xacct-(route|forwarder)-(orders|payments|Items|default|isolated)-/, '$1 ');
    const kinds = world.alarms.all().map(({ deployed }) => kindOf(deployed.name));
    expect([...new Set(kinds)].sort()).toEqual([...new Set(Object.keys(CAUSES).map(kindOf))].sort());
  });

  test.each(Object.entries(CAUSES))(
    '%s is raised by its own cause, and is over when that ends',
    async (name, cause) => {
      world = await createMonitoredWorld(ROUTES);
      await world.minute();
      expect(world.raised()).toEqual([]);

      await cause.begin?.(world);
      const { every, after, quietHours = { raised: 0, over: 0 }, also = [] } = cause;
      for (let minute = 0; minute < after && !world.raised().includes(name); minute += 1) {
        if (every !== undefined && minute % every.minutes === 0) await every.happen(world);
        await world.minute();
      }
      for (let hour = 0; hour < quietHours.raised; hour += 1) {
        expect(world.raised()).not.toContain(name);
        await world.quietHour();
      }
      expect(world.raised()).toContain(name);
      expect(world.raised().filter((one) => one !== name && !also.includes(one))).toEqual([]);

      await cause.end(world);
      for (let hour = 0; hour < quietHours.over && world.raised().includes(name); hour += 1)
        await world.quietHour();
      // Three periods: the one with the last cause, and those before that count for missing ones.
      const period =
        (world.alarms.all().find(({ deployed }) => deployed.name === name)?.deployed.periodSeconds ?? 0) / 60;
      for (
        let minute = 0;
        minute < 12 * period && quietHours.over === 0 && world.raised().includes(name);
        minute += 1
      )
        await world.minute();
      expect(world.raised()).not.toContain(name);
    },
  );
});
