import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { assembleHandler } from '../../src/assemble-handler.ts';
import { createCallSqs } from '../../src/aws/call-sqs.ts';
import { createObjectStore } from '../../src/aws/object-store.ts';
import { createSendSigned } from '../../src/aws/send-signed.ts';
import { readEnvironment } from '../../src/invocation/environment.ts';
import { callStsBySdk, getParametersBySdk, invokeBySdk } from './services-by-sdk.ts';

/** The handler with the SDK's clients instead of requests of its own: what a cold start is compared with. */

const environment = readEnvironment(process.env);
const { bucket, region } = environment;
const requestHandler = new NodeHttpHandler({ httpsAgent: { keepAlive: true } });
const ssm = new SSMClient({ requestHandler });
const sts = new STSClient({ requestHandler });
const sendSigned = createSendSigned({ region, credentials: ssm.config.credentials, requestHandler });

export const handler = assembleHandler({
  services: {
    getParameters: getParametersBySdk(ssm),
    callSts: callStsBySdk(sts),
    callSqs: createCallSqs({ sendSigned, trace: () => undefined }),
    objects: createObjectStore({ bucket, region, sendSigned }),
    invoke: invokeBySdk(({ credentials }) => new LambdaClient({ requestHandler, region, credentials })),
  },
  environment,
});
