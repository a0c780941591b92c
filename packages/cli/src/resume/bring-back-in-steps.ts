import { setTimeout as sleep } from 'node:timers/promises';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Forwarder, type Route, type Routes, routeCache } from '@xacct/core';
import { type LiveRoute, readLiveRoute } from '../live-route/read-live-route.ts';
import { type BringAllBackOptions, bringAllBack } from '../paused/bring-all-back.ts';
import { count } from '../terminal/count.ts';
import { startStep } from '../terminal/progress.ts';

export interface BringBackInStepsOptions
  extends Pick<BringAllBackOptions, 'targets' | 'bucket' | 'sqs' | 'rate' | 'signal'> {
  routes: Pick<Routes, 'name' | 'source'>;
  route: Route;
  forwarder: Pick<Forwarder, 'timeoutSeconds'>;
  ssm: SSMClient;
  live: Pick<LiveRoute, 'storedAt' | 'isLocal'>;
}

export interface Resumed {
  sent: { objects: number; records: number; foreign: number };
  /** Whether nothing is left. */
  complete: boolean;
}

/** Brings back what is kept for resumed targets, and shows the progress on standard error. */
export async function bringBackInSteps(options: BringBackInStepsOptions): Promise<Resumed> {
  const { routes, route, forwarder, ssm, targets, live, signal } = options;
  // The local AWS has its forwarders read routes again at once.
  const cachedMs = live.isLocal ? 0 : routeCache.lifetimeMs;
  const quietAt = (live.storedAt ?? 0) + cachedMs + forwarder.timeoutSeconds * 1000;
  let running = startStep('Bringing back what is kept');
  const shown = (objects: number, records: number) =>
    `${count(records, 'record')} in ${count(objects, 'object')} sent to the retry queue`;
  let last = shown(0, 0);
  try {
    const { complete, ...sent } = await bringAllBack({
      ...options,
      quietAt,
      now: Date.now,
      onProgress(objects, records) {
        last = shown(objects, records);
        running.update(last);
      },
      async isPaused() {
        const now = await readLiveRoute(ssm, routes, route);
        return (
          now.route?.targets.some(
            ({ functionArn, paused }) => paused === true && targets.includes(functionArn),
          ) ?? false
        );
      },
      async wait(ms) {
        running.done(last);
        const text = `Waiting ${Math.ceil(ms / 1000)} s until no forwarder uses the earlier route, then looking again for what it kept; after Ctrl-C, run it again to continue`;
        running = startStep(text, { isLong: true });
        await sleep(ms, undefined, { signal }).catch(() => undefined);
      },
    });
    running.done(shown(sent.objects, sent.records));
    return { sent, complete };
  } catch (error) {
    running.abandon();
    throw error;
  }
}
