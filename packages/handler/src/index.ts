import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createByteBudget } from './byte-budget.ts';
import { createDeliver } from './deliver.ts';
import { createInvoke } from './invoke.ts';
import { createLog } from './log.ts';
import { createRoleCredentialCache } from './role-credentials.ts';
import { createRouteStore } from './route-store.ts';
import { createStreamBatchHandler } from './stream-batch.ts';

/** Bytes of payload on their way to targets at any time, over all targets of a batch. */
const BYTES_IN_FLIGHT = 8 * 1024 * 1024;

const prefix = process.env.XACCT_PARAMETER_PREFIX;
if (!prefix)
  throw new Error('The environment variable XACCT_PARAMETER_PREFIX is not set, e.g. to /xacct/default');

const log = createLog();
const requestHandler = new NodeHttpHandler();

export const handler = createStreamBatchHandler({
  routes: createRouteStore({ ssm: new SSMClient({ requestHandler }), prefix, log }),
  deliver: createDeliver({
    credentials: createRoleCredentialCache({ sts: new STSClient({ requestHandler }) }),
    invoke: createInvoke({ requestHandler }),
    budget: createByteBudget(BYTES_IN_FLIGHT),
    log,
  }),
});
