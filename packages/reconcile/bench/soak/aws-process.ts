import { readFileSync } from 'node:fs';
import { type Invocation, parseFaults } from '@xacct/local';
import { arrivalsOf, startRoutedAws } from '../../src/index.ts';
import { type MemorySample, sampleMemory } from './memory.ts';
import type { FromAws } from './messages.ts';

/**
 * The local AWS in a process of its own, so that its memory is its own: `aws-process.ts <assembly> <deliveries> <faults>
 * <seed>`. Ends with the process that started it.
 */

const SAMPLE_MS = 2_000;

const [assembly = '', deliveries = '', faultsPath = '', seed] = process.argv.slice(2);
const { faults, problems: mistakes } = parseFaults(readFileSync(faultsPath), faultsPath);
if (faults === undefined) throw new Error(`The faults are wrong: ${JSON.stringify(mistakes)}`);

/** Messages after the end are dropped. */
const report = (message: FromAws) => {
  if (process.connected) process.send?.(message);
};
const problems = new Set<string>();
const memory: MemorySample[] = [];

const aws = await startRoutedAws({
  assembly,
  deliveries,
  faults,
  seed: Number(seed),
  shards: 1,
  events: {
    onDelivery: (delivery) => {
      for (const arrival of arrivalsOf(delivery)) report({ kind: 'arrival', arrival });
    },
    onFiltered: (routeName, eventIds) => report({ kind: 'filtered', routeName, eventIds }),
    onSettled: (routeName, eventIds) => report({ kind: 'settled', routeName, eventIds }),
    onInvocation: (invocation) => report({ kind: 'invocation', invocation: withoutData(invocation) }),
    onUnanswered: (requestId) => report({ kind: 'unanswered', requestId }),
    onProblem: (message) => void problems.add(message.replaceAll(/\d+/g, '…').slice(0, 300)),
  },
});

const startedAt = Date.now();
const sampling = setInterval(() => memory.push(sampleMemory(startedAt)), SAMPLE_MS);
process.on('message', async () => {
  report({
    kind: 'report',
    report: {
      kept: await aws.kept(),
      faults: aws.faults()?.counts ?? [],
      memory,
      problems: [...problems],
    },
  });
});
process.once('disconnect', async () => {
  clearInterval(sampling);
  await aws.stop();
});
const { endpoint, region, routes, sparedCredentials: credentials } = aws;
report({ kind: 'ready', ready: { endpoint, region, credentials, routes, seed: aws.faults()?.seed ?? 0 } });

/** Messages of a queue as they are, records of a stream by their ids alone. */
function withoutData({ invokedArn, event }: Invocation): Pick<Invocation, 'invokedArn' | 'event'> {
  const { Records } = event as { Records: Record<string, unknown>[] };
  return {
    invokedArn,
    event: {
      Records: Records.map(({ eventSource, eventSourceARN, eventID, body }) => {
        return { eventSource, eventSourceARN, eventID, body };
      }),
    },
  };
}
