import type { FailureBucket } from '../bucket/failure-bucket.ts';
import type { CommandFailure } from '../terminal/command-failure.ts';
import { step } from '../terminal/progress.ts';
import { redriveBucket } from './redrive-bucket.ts';
import { type RedriveOptions, redrive } from './redrive-queues.ts';
import { renderLookedAt, renderMoved, renderRedriven } from './render-redriven.ts';
import {
  renderObjectsLookedAt,
  renderObjectsMoved,
  renderRedrivenObjects,
} from './render-redriven-objects.ts';

export interface StepOptions extends Omit<RedriveOptions, 'onMoved'> {
  /** In place of the dead-letter queue. */
  bucket: FailureBucket | undefined;
  /** The region of the source. */
  region: string;
}

export interface RedriveReport {
  /** For tools. */
  result: object;
  /** For people. */
  rendered: string;
  failure: CommandFailure | undefined;
}

/** Redrives from the dead-letter queue or the failure bucket, and shows the progress on standard error. */
export async function redriveInSteps({ bucket, region, ...options }: StepOptions): Promise<RedriveReport> {
  const { dryRun, route, now } = options;
  const rendering = () => ({ dryRun, region, now: now(), retryForSeconds: route.retryForSeconds });
  if (bucket === undefined) {
    const { failure, ...result } = await step(
      'Reading the dead letters',
      ({ update }) => redrive({ ...options, onMoved: (moved) => update(renderMoved(moved, dryRun)) }),
      renderLookedAt,
    );
    return { result, rendered: renderRedriven({ ...result, failure }, rendering()), failure };
  }
  const { failure, ...result } = await step(
    'Reading the failure bucket',
    ({ update }) => {
      const onMoved = (moved: number) => update(renderObjectsMoved(moved, dryRun));
      return redriveBucket({ ...options, bucket, onMoved });
    },
    renderObjectsLookedAt,
  );
  return { result, rendered: renderRedrivenObjects({ ...result, failure }, rendering()), failure };
}
