import type { ServiceFailures } from '../../endpoint/service.ts';

/** Errors that a fault can make. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html: errors of the query protocol have shorter names. */
export const failures: ServiceFailures = {
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
};
