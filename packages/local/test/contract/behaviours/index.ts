import type { CallBehaviour, StreamBehaviour } from '../aws.ts';
import { asyncBehaviours } from './async.ts';
import { callBehaviours } from './calls.ts';
import { queueBehaviours } from './queues.ts';
import { streamBehaviours } from './streams.ts';
import { tableBehaviours } from './tables.ts';

/** In the order in which they are checked: what moves time on comes last. */
export const behaviours: readonly (CallBehaviour | StreamBehaviour)[] = [
  ...callBehaviours,
  ...streamBehaviours,
  ...tableBehaviours,
  ...queueBehaviours,
  ...asyncBehaviours,
];
