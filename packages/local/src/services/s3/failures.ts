import type { ServiceFailures } from '../../endpoint/service.ts';

/** Errors that a fault can make. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const failures: ServiceFailures = {
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
};
