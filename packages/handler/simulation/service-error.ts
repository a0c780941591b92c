/** An error of an AWS service as the SDK throws it. */
export function serviceError(name: string, status: number, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** What the SDK throws when a call is aborted. */
export function abortError(signal: AbortSignal | undefined): Error {
  return Object.assign(new Error('Request aborted', { cause: signal?.reason }), { name: 'AbortError' });
}

/** A connection that broke. */
export function networkError(message: string): Error {
  return Object.assign(new Error(message), { name: 'Error', code: 'ECONNRESET' });
}
