/** HTTP statuses by name of the error. */
type Errors = Readonly<Record<string, number>>;

export interface KnownService {
  operations: readonly string[];
  /** What it answers to who calls too often. */
  throttle: string;
  /** What it answers while it is out of order. */
  unavailable: string;
  errors: Errors;
}

/**
 * Errors that each of these services may answer, in its own protocol.
 * https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
 */
const COMMON: Errors = {
  AccessDeniedException: 400,
  InternalFailure: 500,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
};

/**
 * The services of the local AWS, with the operations that it serves and the errors that a fault may name. Names and
 * statuses are those of the API models in the AWS SDK for JavaScript v3; others have their source beside them.
 */
export const knownServices = {
  kinesis: {
    operations: [
      'AddTagsToStream',
      'CreateStream',
      'DecreaseStreamRetentionPeriod',
      'DeleteStream',
      'DescribeStream',
      'DescribeStreamSummary',
      'GetRecords',
      'GetShardIterator',
      'IncreaseStreamRetentionPeriod',
      'ListShards',
      'ListStreams',
      'ListTagsForStream',
      'MergeShards',
      'PutRecord',
      'PutRecords',
      'RemoveTagsFromStream',
      'SplitShard',
    ],
    throttle: 'ProvisionedThroughputExceededException',
    unavailable: 'InternalFailure',
    errors: {
      ...COMMON,
      ExpiredIteratorException: 400,
      InvalidArgumentException: 400,
      KMSAccessDeniedException: 400,
      KMSDisabledException: 400,
      KMSInvalidStateException: 400,
      KMSNotFoundException: 400,
      KMSThrottlingException: 400,
      LimitExceededException: 400,
      ProvisionedThroughputExceededException: 400,
      ResourceInUseException: 400,
      ResourceNotFoundException: 400,
    },
  },
  lambda: {
    operations: ['InvokeFunction'],
    throttle: 'TooManyRequestsException',
    unavailable: 'ServiceException',
    errors: {
      AccessDeniedException: 403,
      EC2AccessDeniedException: 502,
      EC2ThrottledException: 502,
      EC2UnexpectedException: 502,
      EFSIOException: 410,
      EFSMountConnectivityException: 408,
      EFSMountFailureException: 403,
      EFSMountTimeoutException: 408,
      ENILimitReachedException: 502,
      ENINotReadyException: 502,
      ExpiredTokenException: 403,
      InvalidRequestContentException: 400,
      InvalidRuntimeException: 502,
      InvalidSecurityGroupIDException: 502,
      InvalidSubnetIDException: 502,
      KMSAccessDeniedException: 502,
      KMSDisabledException: 502,
      KMSInvalidStateException: 502,
      KMSNotFoundException: 502,
      NoPublishedVersionException: 400,
      RecursiveInvocationException: 400,
      RequestTooLargeException: 413,
      ResourceConflictException: 409,
      ResourceNotFoundException: 404,
      ResourceNotReadyException: 502,
      ServiceException: 500,
      SnapStartException: 400,
      SnapStartNotReadyException: 409,
      SnapStartTimeoutException: 408,
      SubnetIPAddressLimitReachedException: 502,
      TooManyRequestsException: 429,
      UnrecognizedClientException: 403,
      UnsupportedMediaTypeException: 415,
    },
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  s3: {
    operations: ['DeleteObject', 'GetObject', 'HeadObject', 'ListObjectsV2', 'PutObject'],
    throttle: 'SlowDown',
    unavailable: 'ServiceUnavailable',
    errors: {
      AccessDenied: 403,
      ExpiredToken: 400,
      InternalError: 500,
      NoSuchBucket: 404,
      NoSuchKey: 404,
      RequestTimeout: 400,
      ServiceUnavailable: 503,
      SlowDown: 503,
    },
  },
  sqs: {
    operations: [
      'ChangeMessageVisibility',
      'ChangeMessageVisibilityBatch',
      'DeleteMessage',
      'DeleteMessageBatch',
      'GetQueueAttributes',
      'GetQueueUrl',
      'ListQueues',
      'PurgeQueue',
      'ReceiveMessage',
      'SendMessage',
      'SendMessageBatch',
    ],
    throttle: 'RequestThrottled',
    unavailable: 'ServiceUnavailable',
    errors: {
      ...COMMON,
      AccessDeniedException: 403,
      KmsAccessDenied: 400,
      KmsDisabled: 400,
      KmsInvalidState: 400,
      KmsNotFound: 400,
      KmsThrottled: 400,
      OverLimit: 403,
      QueueDoesNotExist: 400,
      RequestThrottled: 403,
    },
  },
  ssm: {
    operations: ['GetParameter', 'GetParameters', 'GetParametersByPath'],
    throttle: 'ThrottlingException',
    unavailable: 'InternalServerError',
    errors: { ...COMMON, InternalServerError: 500, ParameterNotFound: 400 },
  },
  /** Of the query protocol, in which errors have shorter names: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
  sts: {
    operations: ['AssumeRole', 'GetCallerIdentity'],
    throttle: 'Throttling',
    unavailable: 'ServiceUnavailable',
    errors: {
      AccessDenied: 403,
      ExpiredToken: 403,
      InternalFailure: 500,
      InvalidClientTokenId: 403,
      PackedPolicyTooLarge: 400,
      RegionDisabledException: 403,
      ServiceUnavailable: 503,
      Throttling: 400,
    },
  },
} as const satisfies Record<string, KnownService>;

export type ServiceName = keyof typeof knownServices;

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(knownServices, name);
}

export function serviceNamed(name: ServiceName): KnownService {
  return knownServices[name];
}
