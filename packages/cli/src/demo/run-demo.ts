import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRules } from '@xacct/local';
import {
  arrivalsOf,
  createLedger,
  type DeployedRoute,
  type Ledger,
  type RoutedAws,
  type RoutedAwsEvents,
  startRoutedAws,
} from '@xacct/reconcile';
import { CommandFailure } from '../terminal/command-failure.ts';
import { count } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';
import { type DemoResult, demoResult, type Shortfall } from './demo-result.ts';
import type { SampleEvent } from './events.ts';
import { putOnStreams } from './put-events.ts';
import { createTargetErrors, type TargetErrors } from './target-errors.ts';

export interface DemoOptions {
  /** Folder of the cloud assembly to run. */
  assembly: string;
  /** Folder for what the recorders write. */
  deliveries: string;
  /** Put on every routed stream. */
  events: readonly SampleEvent[];
  /** Seconds without progress after which records that have not arrived count as lost. */
  timeoutSeconds: number;
  /** Faults to inject. Default: none. */
  faults?: FaultRules | undefined;
  seed?: number | undefined;
  signal: AbortSignal;
}

/** Puts events on every routed stream of a local AWS and tallies each of them at every target. */
export async function runDemo(
  options: DemoOptions,
): Promise<{ result: DemoResult; shortfalls: Shortfall[] }> {
  const { assembly, deliveries, faults, seed } = options;
  const observer = createObserver();
  const aws = await step(
    'Starting the local AWS',
    () => startRoutedAws({ assembly, deliveries, faults, seed, events: observer.events }),
    ({ endpoint }) => `Local AWS at ${endpoint}`,
  );
  try {
    const drawn = aws.faults();
    if (drawn !== undefined) process.stderr.write(`Faults are drawn from the seed ${drawn.seed}\n`);
    const routes = enabledRoutes(aws);
    const ledger = observer.follow(routes);
    await putOnStreams(aws, routes, options.events, (stream, put) => ledger.recordPut(stream, put));
    await waitForTargets(ledger, observer, options);
    return await demoResult(aws, ledger, observer);
  } finally {
    await aws.stop();
  }
}

interface Observer {
  events: RoutedAwsEvents;
  calls: ReadonlyMap<string, number>;
  errors: TargetErrors;
  /** Accounts for the records of these routes from now on: nothing is delivered before something is put. */
  follow(routes: readonly DeployedRoute[]): Ledger;
  /** Epoch ms of the last progress. */
  progressAt(): number;
}

function createObserver(): Observer {
  const calls = new Map<string, number>();
  const errors = createTargetErrors();
  let ledger = createLedger([]);
  let progressAt = Date.now();
  return {
    calls,
    errors,
    follow(routes) {
      ledger = createLedger(routes);
      return ledger;
    },
    progressAt: () => progressAt,
    events: {
      onDelivery(delivery) {
        const outstanding = ledger.outstanding;
        for (const arrival of arrivalsOf(delivery)) ledger.recordArrival(arrival);
        if (ledger.outstanding !== outstanding) progressAt = Date.now();
      },
      onFiltered(routeName, eventIds) {
        ledger.recordFiltered(routeName, eventIds);
        progressAt = Date.now();
      },
      onSettled: (routeName, eventIds) => ledger.recordSettled(routeName, eventIds),
      onInvocation: (invocation) => ledger.recordInvocation(invocation),
      onUnanswered: (requestId) => ledger.recordUnanswered(requestId),
      onLog: errors.readLog,
      onCall(call) {
        calls.set(call.action, (calls.get(call.action) ?? 0) + 1);
        errors.readCall(call);
      },
      onProblem: (message) => errors.readProblem(message),
    },
  };
}

function enabledRoutes(aws: RoutedAws): DeployedRoute[] {
  for (const { name } of aws.routes.filter((route) => !route.enabled)) {
    process.stderr.write(`Route ${name} is not enabled and is left out\n`);
  }
  const enabled = aws.routes.filter((route) => route.enabled);
  if (enabled.length === 0) throw new CommandFailure('No route is enabled: there is nothing to run');
  return enabled;
}

async function waitForTargets(
  ledger: Ledger,
  observer: Observer,
  { timeoutSeconds, signal }: DemoOptions,
): Promise<void> {
  const due = ledger.outstanding;
  const startedAt = Date.now();
  const waitedMs = () => Date.now() - Math.max(startedAt, observer.progressAt());
  await step(
    'Waiting for the targets',
    async ({ update }) => {
      while (ledger.outstanding > 0 && waitedMs() < timeoutSeconds * 1000) {
        update(`Waiting for the targets: ${due - ledger.outstanding} of ${due} records`);
        await sleep(50, undefined, { signal });
      }
    },
    () =>
      ledger.outstanding === 0
        ? 'Every record is accounted for'
        : `${count(ledger.outstanding, 'record')} did not arrive`,
  );
}
