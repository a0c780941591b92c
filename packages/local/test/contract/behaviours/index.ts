import type { CallBehaviour, StreamBehaviour } from '../aws.ts';
import { asyncBehaviours } from './async.ts';
import { lambdaBehaviours } from './lambda.ts';
import { objectBehaviours } from './objects.ts';
import { queueCallBehaviours } from './queue-calls.ts';
import { queueBehaviours } from './queues.ts';
import { recursionBehaviours } from './recursion.ts';
import { ssmBehaviours } from './ssm.ts';
import { streamFailureBehaviours } from './stream-failures.ts';
import { streamBehaviours } from './streams.ts';
import { stsBehaviours } from './sts.ts';
import { tableBehaviours } from './tables.ts';

/** In the order in which they are checked: what moves time on comes last. */
export const behaviours: readonly (CallBehaviour | StreamBehaviour)[] = [
  ...lambdaBehaviours,
  ...stsBehaviours,
  ...ssmBehaviours,
  ...queueCallBehaviours,
  ...objectBehaviours,
  ...streamBehaviours,
  ...streamFailureBehaviours,
  ...tableBehaviours,
  ...queueBehaviours,
  ...recursionBehaviours,
  ...asyncBehaviours,
];
