import { setTimeout as sleep } from 'node:timers/promises';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Forwarder, type Route, type Routes, routeCache } from '@xacct/core';
import { type LiveRoute, readLiveRoute } from '../live-route/read-live-route.ts';
import { type BringAllBackOptions, bringAllBack, type Sent } from '../paused/bring-all-back.ts';
import { count } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';

export interface BringBackInStepsOptions
  extends Pick<BringAllBackOptions, 'targets' | 'bucket' | 'sqs' | 'rate' | 'signal'> {
  routes: Pick<Routes, 'name' | 'source'>;
  route: Route;
  forwarder: Pick<Forwarder, 'timeoutSeconds'>;
  ssm: SSMClient;
  live: Pick<LiveRoute, 'storedAt' | 'isLocal'>;
}

/** Brings back what is kept for resumed targets, and shows the progress on standard error. */
export async function bringBackInSteps(options: BringBackInStepsOptions): Promise<Sent> {
  const { routes, route, forwarder, ssm, targets, live, signal } = options;
  // The local AWS has its forwarders read routes again at once.
  const cachedMs = live.isLocal ? 0 : routeCache.lifetimeMs;
  return bringAllBack({
    ...options,
    quietAt: (live.storedAt ?? 0) + cachedMs + forwarder.timeoutSeconds * 1000,
    now: Date.now,
    async isPaused() {
      const { route: stored } = await readLiveRoute(ssm, routes, route);
      const paused = stored?.targets.filter((target) => target.paused) ?? [];
      return paused.some(({ functionArn }) => targets.includes(functionArn));
    },
    during: (when, work) =>
      step(
        when === 'now' ? 'Bringing back what is kept' : 'Looking for what was kept meanwhile',
        ({ update }) => work((sent) => update(renderSent(sent))),
        renderSent,
      ),
    wait: (ms) => waitForForwarders(ms, signal),
  });
}

async function waitForForwarders(ms: number, signal: AbortSignal): Promise<void> {
  const seconds = Math.ceil(ms / 1000);
  await step(
    `Waiting ${seconds} s until no forwarder uses the earlier route, by which it keeps records still; after Ctrl-C, run it again to continue`,
    () => sleep(ms, undefined, { signal }).catch(() => undefined),
    () => (signal.aborted ? 'Stopped waiting' : `${seconds} s later, no forwarder keeps records any more`),
    { isLong: true },
  );
}

function renderSent({ objects, records }: Pick<Sent, 'objects' | 'records'>): string {
  return `${count(records, 'record')} in ${count(objects, 'object')} sent to the retry queue`;
}
