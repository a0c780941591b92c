/** The answer of a service that did not do what it was asked. */
export interface FailedAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  text: string;
}

/**
 * The error that an answer in JSON reports, with the fields that the SDK's client gives it: its name, the status and what else the
 * answer says. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export function serviceError({ status, headers = {}, text }: FailedAnswer): Error {
  const $metadata = { httpStatusCode: status, requestId: headers['x-amzn-requestid'] };
  let body: Record<string, unknown>;
  try {
    body = Object(JSON.parse(text || '{}'));
  } catch (error) {
    // A proxy on the way may answer with a page.
    return Object.assign(error as Error, { $metadata });
  }
  const { message, Message, ...fields } = body;
  const name = nameOf(headers['x-amzn-errortype'] ?? fields.code ?? fields.Code ?? fields.__type);
  return Object.assign(new Error(String(message || Message || 'UnknownError')), fields, {
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata,
    ...(name === THROTTLED && { retryAfterSeconds: headers['retry-after'] }),
  });
}

/** The one error of Lambda that says in a header how long to wait. */
const THROTTLED = 'TooManyRequestsException';

/** Without the namespace before it and the link behind it: `com.amazonaws.sqs#QueueDoesNotExist`, `Denied:http://…`. */
function nameOf(type: unknown): string {
  return String(type ?? 'Unknown')
    .replace(/[,:].*$/s, '')
    .replace(/^.*#/s, '');
}
