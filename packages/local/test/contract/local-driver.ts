import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, startLocalAws } from '../../src/index.ts';
import { temporaryFolder, writeAssembly } from '../factories.ts';
import type { Aws, Scenario, World } from './aws.ts';
import { sourceTemplate, targetTemplate } from './world.ts';

const FUNCTION = fileURLToPath(new URL('./function', import.meta.url));
/** More than any behaviour has in flight that is not about this. */
const MESSAGES_IN_FLIGHT = 30;
const CODE = { S3Bucket: 'assets', S3Key: 'function.zip' };

/** The suite's world in the local AWS. */
export async function startLocal(scenarios: readonly Scenario[]): Promise<Aws> {
  const world: World = {
    region: 'us-west-2',
    source: '111111111111',
    target: '999999999999',
    prefix: 'contract',
  };
  const { folder, remove } = await temporaryFolder();
  const assets = { 'function.zip': FUNCTION };
  const assembly = join(folder, 'assembly');
  await writeAssembly(assembly, [
    { name: 'source', account: world.source, assets, template: sourceTemplate(world, scenarios, CODE) },
    { name: 'target', account: world.target, assets, template: targetTemplate(world, CODE) },
  ]);
  const clock = movableClock();
  const aws = await startLocalAws({
    assembly,
    deliveries: join(folder, 'deliveries'),
    shards: 1,
    messagesInFlight: MESSAGES_IN_FLIGHT,
    clock,
  });
  const { endpoint } = aws;
  return {
    world,
    config: (account, credentials = aws.credentials[world[account]]) => ({
      endpoint,
      region: world.region,
      // Copied, since clients mark what they are given.
      credentials: { accessKeyId: '', secretAccessKey: '', ...credentials },
    }),
    advance: (ms) => clock.advance(ms),
    atOnce: (work) => clock.hold(work),
    putItems: (streamArn, changes) => void aws.putItemChanges(streamArn, changes),
    objects: async () =>
      (await aws.objects()).map(({ text }) => text).filter((text) => text.includes('"payload"')),
    messagesInFlight: MESSAGES_IN_FLIGHT,
    patienceMs: 15_000,
    async stop() {
      await aws.stop();
      await remove();
    },
  };
}

interface MovableClock extends Clock {
  /** What sleeps past that wakes. */
  advance(ms: number): void;
  /** Stands still meanwhile. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

function movableClock(): MovableClock {
  let ahead = 0;
  let heldAt: number | undefined;
  const sleepers = new Set<{ endMs: number; wake: () => void }>();
  const now = () => heldAt ?? Date.now() + ahead;
  return {
    now,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal?.throwIfAborted();
      const end = (settle: () => void) => {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => end(() => reject(signal?.reason));
      const sleeper = { endMs: now() + ms, wake: () => end(resolve) };
      const timer = setTimeout(sleeper.wake, ms);
      sleepers.add(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
      return promise;
    },
    async hold(work) {
      heldAt = now();
      return work().finally(() => {
        heldAt = undefined;
      });
    },
    advance(ms) {
      ahead += ms;
      for (const sleeper of [...sleepers]) if (sleeper.endMs <= now()) sleeper.wake();
    },
  };
}
