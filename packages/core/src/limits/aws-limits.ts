/**
 * AWS's limits, each in one place; imported together as `limits`. A constant for each service, so that the handler's bundle
 * holds only what it uses. Sizes are in bytes.
 * Source, unless stated otherwise: the API models and doc comments of the AWS SDK for JavaScript v3.
 */
export const invoke = {
  /** Payload of an `Event` invocation: 1 MB, 256 KB before late 2025. */
  eventPayloadBytes: 1024 * 1024,
  /** Payload of a `RequestResponse` invocation: 6 MB. */
  requestResponsePayloadBytes: 6 * 1024 * 1024,
} as const;

export const eventSourceMapping = {
  batchSize: 10_000,
  batchWindowSeconds: 300,
  parallelizationFactor: 10,
  /** Bounds of MaximumConcurrency of a queue's mapping. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  leastQueueConcurrency: 2,
  queueConcurrency: 1000,
  maximumRetryAttempts: 10_000,
  maximumRecordAgeSeconds: 604_800,
  /** Filters of one mapping: 5, up to 10 on request. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
  filtersByDefault: 5,
  filters: 10,
  /** Characters of one filter pattern as JSON. */
  patternCharacters: 4096,
  /** Largest number, and with a minus the smallest, of a filter's numeric operator, as in EventBridge. */
  numericBound: 5_000_000_000,
} as const;

export const lambda = {
  memoryMB: 10_240,
  timeoutSeconds: 900,
  /** Invocations at once in an account and region, by default. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  concurrency: 1000,
  /** What an account has by default, less the 100 that Lambda keeps unreserved. */
  reservedConcurrency: 900,
  functionNameLength: 64,
  /** Subnets and security groups of a function. https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
  subnets: 16,
  securityGroups: 5,
} as const;

export const iam = {
  roleNameLength: 64,
  /** Characters of all inline policies of a role, white space not counted. */
  inlinePolicyCharacters: 10_240,
  managedPolicyCharacters: 6_144,
  /** Managed policies of a role, by default. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  managedPoliciesPerRole: 10,
  /** Roles of an account, by default. Same page. */
  rolesPerAccount: 1000,
} as const;

export const s3 = {
  bucketNameLength: 63,
} as const;

export const cloudFormation = {
  stackNameLength: 128,
  /** Resources of one stack. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
  resources: 500,
  /** A template in S3: 1 MB. Same page. */
  templateBytes: 1024 * 1024,
  /** Top-level keys of a mapping. Same page. */
  mappingAttributes: 200,
  /** Stacks of an account in a region, by default. Same page. */
  stacks: 2000,
} as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const cloudWatch = {
  alarmNameLength: 255,
  /** Actions of an alarm, for each of its states. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
  alarmActions: 5,
  /** Lines of one graph of a dashboard. */
  metricsPerWidget: 500,
  /** Lines of one dashboard, in all of its graphs. */
  metricsPerDashboard: 2_500,
} as const;

export const kinesis = {
  consumerNameLength: 128,
  /** A stream keeps its records for 24 hours, unless its owner pays for more. */
  retentionSeconds: 86_400,
  /** Consumers of one stream with enhanced fan-out, by default. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
  consumers: 20,
  /** GetRecords calls on one shard. Same page. */
  readsPerSecond: 5,
  /** What all standard readers of a shard share. Same page. */
  readMiBPerSecond: 2,
  /** What can be written to a shard. Same page. */
  writeMiBPerSecond: 1,
} as const;

export const dynamodb = {
  /** A DynamoDB stream keeps its records for 24 hours. */
  retentionSeconds: 86_400,
  /** Readers of one shard at once. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
  readersPerShard: 2,
} as const;

export const logs = {
  /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
  retentionDays: [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ],
} as const;

export const tags = {
  /** Those of one resource. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
  ofResource: 50,
  /** Less the three that say what a resource belongs to. */
  ofFile: 47,
} as const;

export const routesFile = {
  /** This project's own: 10,000 routes with 50,000 targets take about 5 MB. */
  bytes: 16 * 1024 * 1024,
} as const;

export const ssm = {
  /** Value of a standard parameter: 4 KB. */
  parameterValueBytes: 4096,
  /** Parameters of an account in a region. */
  parameters: 10_000,
  /** Names in one GetParameters call. */
  getParametersNames: 10,
  /** GetParameter and GetParameters calls of an account in a region, by default. https://docs.aws.amazon.com/general/latest/gr/ssm.html */
  readsPerSecond: 40,
} as const;

export const sqs = {
  queueNameLength: 80,
  /** A message with its attributes, and all messages of one batch: 1 MiB, 256 KB before 2025. */
  messageBytes: 1024 * 1024,
  messageGroupIdLength: 128,
  /** Messages of a standard queue that were received and are neither deleted nor visible again. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
  messagesInFlight: 120_000,
  /** Largest maxReceiveCount of a redrive policy. */
  receiveCount: 1000,
  /** Longest delay of a message: 15 minutes. */
  delaySeconds: 900,
  /** Longest time that a queue keeps a message: 14 days. */
  retentionSeconds: 1_209_600,
} as const;

export const sts = {
  /** Longest session of a role assumed by a role (role chaining), whatever the role's own maximum. */
  chainedSessionSeconds: 3600,
  roleSessionNameLength: 64,
  /** Calls of an account in a region. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  callsPerSecond: 600,
} as const;
