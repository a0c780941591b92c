import type { ServiceFailures } from '../../endpoint/service.ts';
import { commonErrors } from '../common-errors.ts';

/** Errors that a fault can make. Names and statuses are those of the API model in the AWS SDK for JavaScript v3. */
export const failures: ServiceFailures = {
  throttle: 'ProvisionedThroughputExceededException',
  unavailable: 'InternalFailure',
  errors: {
    ...commonErrors,
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
};
