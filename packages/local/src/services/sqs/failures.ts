import type { ServiceFailures } from '../../endpoint/service.ts';
import { commonErrors } from '../common-errors.ts';

/** Errors that a fault can make. Names and statuses are those of the API model in the AWS SDK for JavaScript v3. */
export const failures: ServiceFailures = {
  throttle: 'RequestThrottled',
  unavailable: 'ServiceUnavailable',
  errors: {
    ...commonErrors,
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
};
