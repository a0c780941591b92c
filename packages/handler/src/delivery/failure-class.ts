import { AssumeRoleError } from '../aws/assume-role.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import { TargetFailure } from './target-response.ts';

/** Why a target does not have records. The class decides what is done about them. */
export type FailureClass =
  /** The target account or function has no capacity at the moment. */
  | 'throttled'
  /** The service, the network or a part that the function needs is not there at the moment. */
  | 'unavailable'
  /** The credentials are not accepted: they have expired, or are unknown to the service. */
  | 'credentials'
  /** The role may not be assumed, or may not invoke the function. */
  | 'denied'
  /** Wrong until a person acts: no such function, a key that is disabled, a runtime that is gone. */
  | 'refused'
  /** The function ran and failed. */
  | 'function-error'
  /** The function named records that it did not take. */
  | 'reported'
  /** Records that no invocation can carry. */
  | 'too-large'
  /** The function had not answered when its time, or that of the forwarder's invocation, was over. It may yet succeed. */
  | 'deadline'
  /** The function had not answered when the other targets had waited for it for long enough. Its answer may yet come. */
  | 'left-behind'
  /** Not called: the target failed again and again, and is called at intervals. */
  | 'breaker-open'
  /** Not called: no time was left, or its neighbours were waiting. */
  | 'untried'
  /** Not called: the routes file says that the target is paused. */
  | 'paused'
  /** The target is not in the route any more, or the route is gone. */
  | 'not-routed'
  /** The event source mapping gave the batch up; it was brought back from the failure bucket. */
  | 'given-up';

export interface Failure {
  class: FailureClass;
  /** For people; holds neither payloads nor credentials. */
  reason: string;
  /** How long the service asked to wait. */
  retryAfterMs?: number;
}

/** Why the records of a paused target wait. */
export const PAUSED: Failure = { class: 'paused', reason: 'The target is paused in the routes file' };

/** Another call in the same invocation may help. */
export function isTransient(failure: Failure): boolean {
  return failure.class === 'throttled' || failure.class === 'unavailable';
}

/** The function answered, and did not take these records. Such a failure shows that the target lives. */
export function isAboutRecords(failure: FailureClass): boolean {
  return failure === 'reported' || failure === 'function-error' || failure === 'too-large';
}

/**
 * By the error's name. The SDK's own `$fault` misleads: it calls a disabled key the server's fault, and a throttle the
 * client's. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function classifyFailure(error: unknown): Failure {
  if (error instanceof TargetFailure)
    return { class: error.reported ? 'reported' : 'function-error', reason: error.message };
  if (error instanceof AssumeRoleError) return { ...classifyFailure(error.cause), reason: error.message };
  if (!(error instanceof Error)) return { class: 'refused', reason: String(error) };
  const facts = error as Error & ServiceFacts;
  const failure: Failure = {
    class: classOf(facts),
    reason: reasonOf(error).slice(0, REASON_CHARACTERS),
  };
  const retryAfterSeconds = Number(facts.retryAfterSeconds);
  return retryAfterSeconds > 0 ? { ...failure, retryAfterMs: retryAfterSeconds * 1000 } : failure;
}

/** What an error of a service has besides. */
interface ServiceFacts {
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: true };
  /** A header, so it is text. */
  retryAfterSeconds?: string;
}

const REASON_CHARACTERS = 500;

function classOf({ name, message, $metadata }: Error & ServiceFacts): FailureClass {
  const known = CLASS_OF_NAME.get(name);
  if (known !== undefined) return known;
  // The clock was wrong, and mostly it is known now by how much.
  if ($metadata?.clockSkewCorrected || WRONG_CLOCK.test(message)) return 'unavailable';
  const status = $metadata?.httpStatusCode;
  if (status === 429) return 'throttled';
  // Without a status there was no answer: the network failed.
  return status === undefined || status >= 500 ? 'unavailable' : 'refused';
}

/** How AWS refuses a signature whose time is too far from its own. */
const WRONG_CLOCK = /^Signature (expired|not yet current)/;

const CLASS_OF_NAME = new Map<string, FailureClass>(
  Object.entries({
    throttled: [
      'TooManyRequestsException',
      'EC2ThrottledException',
      'Throttling',
      'ThrottlingException',
      'RequestLimitExceeded',
    ],
    unavailable: [
      'ServiceException',
      'EC2UnexpectedException',
      'ENINotReadyException',
      'ResourceNotReadyException',
      'SnapStartNotReadyException',
      'SnapStartTimeoutException',
      'ResourceConflictException',
      'EFSMountTimeoutException',
      'EFSMountConnectivityException',
      'S3FilesMountTimeoutException',
      'S3FilesMountConnectivityException',
      'TimeoutError',
    ],
    credentials: [
      'ExpiredTokenException',
      'ExpiredToken',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidClientTokenIdException',
    ],
    denied: ['AccessDeniedException', 'AccessDenied'],
    refused: [
      'ResourceNotFoundException',
      'InvalidRequestContentException',
      'UnsupportedMediaTypeException',
      'InvalidParameterValueException',
      'KMSAccessDeniedException',
      'KMSDisabledException',
      'KMSInvalidStateException',
      'KMSNotFoundException',
      'EC2AccessDeniedException',
      'EFSIOException',
      'EFSMountFailureException',
      'ENILimitReachedException',
      'InvalidSubnetIDException',
      'InvalidSecurityGroupIDException',
      'InvalidRuntimeException',
      'InvalidZipFileException',
      'NoPublishedVersionException',
      'RecursiveInvocationException',
      'S3FilesMountFailureException',
      'SnapStartException',
      'SubnetIPAddressLimitReachedException',
    ],
    'too-large': ['RequestTooLargeException', 'SerializedRequestEntityTooLargeException'],
  } satisfies Partial<Record<FailureClass, string[]>>).flatMap(([failureClass, names]) =>
    names.map((name) => [name, failureClass as FailureClass] as const),
  ),
);
