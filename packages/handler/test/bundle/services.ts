/** The requests that the handler writes itself. A test bundles them, and compares them with the SDK's clients. */
export { NodeHttpHandler } from '@smithy/node-http-handler';
export { createCallSts } from '../../src/aws/call-sts.ts';
export { environmentCredentials } from '../../src/aws/environment-credentials.ts';
export { createGetParameters } from '../../src/aws/get-parameters.ts';
export { createInvoke } from '../../src/aws/invoke.ts';
export { createSendSigned } from '../../src/aws/send-signed.ts';
