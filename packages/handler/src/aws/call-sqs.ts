import { parseJson } from '@xacct/core';
import { jsonRequest } from './json-request.ts';
import { endpointOf, type SendSigned } from './send-signed.ts';

/** The input of each operation that the handler calls. */
interface Inputs {
  SendMessage: { QueueUrl: string; MessageBody: string; MessageGroupId: string; DelaySeconds: number };
  GetQueueAttributes: { QueueUrl: string; AttributeNames: ['RedrivePolicy'] };
}

/** What SQS answers, as far as the handler reads it. */
interface Outputs {
  SendMessage: { MD5OfMessageBody?: string };
  GetQueueAttributes: { Attributes?: { RedrivePolicy?: string } };
}

/**
 * Calls an operation of SQS. Rejects with SQS's own error, whose `name` is its code, e.g. `QueueDoesNotExist`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
 */
export type CallSqs = <Operation extends keyof Inputs>(
  operation: Operation,
  input: Inputs[Operation],
  signal: AbortSignal,
) => Promise<Outputs[Operation]>;

/** Two operations of SQS in its JSON protocol. The reason for requests of its own is the size of the SDK's client. */
export function createCallSqs(options: {
  /** Another endpoint than that of the queue's URL, e.g. `http://127.0.0.1:4566`. */
  endpoint?: string | undefined;
  sendSigned: SendSigned;
  /** The trace header of the invocation under way, if any. */
  trace(): string | undefined;
}): CallSqs {
  const { endpoint, sendSigned, trace } = options;
  const own = endpoint === undefined ? undefined : endpointOf(endpoint);
  return async (operation, input, signal) => {
    const { QueueUrl } = input;
    const traceHeader = trace();
    const call = jsonRequest({
      service: 'sqs',
      version: '1.0',
      target: `AmazonSQS.${operation}`,
      endpoint: own ?? endpointOf(QueueUrl),
      input,
      trace: traceHeader && withoutLineage(traceHeader),
    });
    const { status, text } = await sendSigned(call, signal);
    if (status !== 200) throw sqsError(text, `${operation} to ${QueueUrl} failed with status ${status}`);
    return JSON.parse(text);
  };
}

/** An error under the name that SQS gives it, without the namespace. */
function sqsError(text: string, problem: string): Error {
  // A proxy between the handler and SQS may answer in another form.
  const { __type = 'SQSServiceException', message = '' } = Object(parseJson(text)) as {
    __type?: string;
    message?: string;
  };
  const name = String(__type).replace(/^.*#/, '');
  return Object.assign(new Error(message === '' ? problem : `${problem}: ${message}`), { name });
}

/**
 * Takes the lineage out of a trace header, by which Lambda finds recursive loops. A parked message may hold records of many
 * chains, and a batch of messages many more, so that none of them goes on in it; the handler itself bounds how often records
 * are parked. The trace goes on.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
function withoutLineage(traceHeader: string): string {
  return traceHeader
    .split(';')
    .filter((part) => !/^lineage=/i.test(part))
    .join(';');
}
