/**
 * HTTP statuses of errors that several services may answer, each in its own protocol.
 * https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
 */
export const commonErrors = {
  AccessDeniedException: 400,
  InternalFailure: 500,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
} as const;
