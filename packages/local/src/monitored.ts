/** For tests: the parts that run and measure what templates deploy, on a clock of the test. */
export { createAccessKeys } from './endpoint/access-keys.ts';
export { acceptQueue, acceptStream, type MappingParts } from './event-source-mapping/accept-mapping.ts';
export { createFailureDestination } from './event-source-mapping/stream/failure-destination.ts';
export type { SourceRecord, StreamSource } from './event-source-mapping/stream/stream-source.ts';
export { monitor } from './monitoring.ts';
export { createAlarms } from './services/cloudwatch/alarms.ts';
export { embeddedMetrics } from './services/cloudwatch/embedded-metrics.ts';
export { createMetrics } from './services/cloudwatch/metrics.ts';
export { countIncoming } from './services/kinesis/incoming-records.ts';
export { createFunctions } from './services/lambda/functions.ts';
export type { InvocationResult } from './services/lambda/invocation.ts';
export { createMappingResults } from './services/lambda/mapping-results.ts';
export { measureInvocations } from './services/lambda/measure-invocations.ts';
export { createBuckets } from './services/s3/buckets.ts';
export { createQueues } from './services/sqs/queues.ts';
export { createRoles } from './services/sts/roles.ts';
export { AwsError } from './shared/aws-error.ts';
export type { Clock } from './shared/clock.ts';
