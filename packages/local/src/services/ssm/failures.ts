import type { ServiceFailures } from '../../endpoint/service.ts';
import { commonErrors } from '../common-errors.ts';

/** Errors that a fault can make. Names and statuses are those of the API model in the AWS SDK for JavaScript v3. */
export const failures: ServiceFailures = {
  throttle: 'ThrottlingException',
  unavailable: 'InternalServerError',
  errors: { ...commonErrors, InternalServerError: 500, ParameterNotFound: 400 },
};
