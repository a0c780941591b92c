import { AwsError } from '../../shared/aws-error.ts';

/**
 * SQS's errors, each with the code that it had in the query protocol, which its JSON protocol still sends along,
 * and its HTTP status. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const modelled = {
  BatchEntryIdsNotDistinct: ['AWS.SimpleQueueService.BatchEntryIdsNotDistinct', 400],
  BatchRequestTooLong: ['AWS.SimpleQueueService.BatchRequestTooLong', 400],
  EmptyBatchRequest: ['AWS.SimpleQueueService.EmptyBatchRequest', 400],
  InvalidAddress: ['InvalidAddress', 404],
  InvalidAttributeName: ['InvalidAttributeName', 400],
  InvalidBatchEntryId: ['AWS.SimpleQueueService.InvalidBatchEntryId', 400],
  InvalidMessageContents: ['InvalidMessageContents', 400],
  KmsAccessDenied: ['KMS.AccessDeniedException', 400],
  KmsDisabled: ['KMS.DisabledException', 400],
  KmsInvalidState: ['KMS.InvalidStateException', 400],
  KmsNotFound: ['KMS.NotFoundException', 400],
  KmsThrottled: ['KMS.ThrottlingException', 400],
  MessageNotInflight: ['AWS.SimpleQueueService.MessageNotInflight', 400],
  OverLimit: ['OverLimit', 403],
  PurgeQueueInProgress: ['AWS.SimpleQueueService.PurgeQueueInProgress', 403],
  QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue', 400],
  ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
  RequestThrottled: ['RequestThrottled', 403],
  TooManyEntriesInBatchRequest: ['AWS.SimpleQueueService.TooManyEntriesInBatchRequest', 400],
  UnsupportedOperation: ['AWS.SimpleQueueService.UnsupportedOperation', 400],
} as const satisfies Record<string, readonly [queryCode: string, status: number]>;

/** Errors of all services, as they were called in the query protocol. */
const common: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingRequiredParameterException: 'MissingParameter',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

export function sqsError(code: keyof typeof modelled, message: string): AwsError {
  return new AwsError(code, message, modelled[code][1]);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function invalidValue(value: unknown, name: string, reason: string): AwsError {
  return invalidParameter(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);
}

/** An error's code as the entries of a batch and the header `x-amzn-query-error` have it. */
export function queryCodeOf({ code }: AwsError): string {
  return isModelled(code) ? modelled[code][0] : (common[code] ?? code);
}

/** An error's full name in the JSON protocol. */
export function errorTypeOf({ code }: AwsError): string {
  return `${isModelled(code) ? 'com.amazonaws.sqs' : 'com.amazon.coral.service'}#${code}`;
}

function isModelled(code: string): code is keyof typeof modelled {
  return Object.hasOwn(modelled, code);
}
