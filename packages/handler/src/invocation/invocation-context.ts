import type { Context } from 'aws-lambda';

/** What the handler uses of an invocation's context. */
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;
