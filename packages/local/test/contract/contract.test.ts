import { beforeAll, describe, test, vi } from 'vitest';
import type { Aws, FailureFacts, Seen } from './aws.ts';
import { behaviours } from './behaviours/index.ts';
import { startLocal } from './local-driver.ts';
import { queueUrlOf } from './names.ts';
import { QueueLog } from './queue-log.ts';
import { startRemote } from './remote-driver.ts';
import { streamRun } from './stream-run.ts';

const remote = process.env.REMOTE === '1';
const checked = behaviours.filter(({ localOnly }) => !remote || localOnly === undefined);

// Real AWS takes minutes to make streams, and to report a batch that failed.
vi.setConfig(
  remote ? { testTimeout: 600_000, hookTimeout: 1_800_000 } : { testTimeout: 60_000, hookTimeout: 60_000 },
);

let aws: Aws;
let seen: QueueLog<Seen>;
let failures: QueueLog<FailureFacts>;

beforeAll(async () => {
  const scenarios = checked.flatMap((behaviour) => ('scenario' in behaviour ? [behaviour.scenario] : []));
  aws = await (remote ? startRemote(scenarios) : startLocal(scenarios));
  seen = new QueueLog(aws.config('source'), queueUrlOf(aws.world, 'seen'));
  failures = new QueueLog(aws.config('source'), queueUrlOf(aws.world, 'failures'));
  return () => aws.stop();
});

describe(remote ? 'real AWS' : 'the local AWS', () => {
  test.for(checked)('$name', async (behaviour) => {
    if ('scenario' in behaviour) await behaviour.check(streamRun(aws, behaviour.scenario, seen, failures));
    else await behaviour.check(aws, seen);
  });
  for (const { name, localOnly } of behaviours.filter((behaviour) => !checked.includes(behaviour)))
    test.skip(`${name}: ${localOnly}`);
});
