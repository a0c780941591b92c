import type { AwsError } from '../shared/aws-error.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { validationErrors } from './input.ts';
import type { Protocol } from './service.ts';
import type { SigningRules } from './sigv4.ts';
import { type XmlValue, xmlReply } from './xml.ts';

/** Names of the errors of services with the query protocol. */
export const querySigning: SigningRules = {
  refusals: {
    expired: 'ExpiredToken',
    mismatch: 'SignatureDoesNotMatch',
    skewed: 'SignatureDoesNotMatch',
    unknown: 'InvalidClientTokenId',
  },
};

const CONTENT_TYPE = 'application/x-www-form-urlencoded';

/** AWS's query protocol: a form with an `Action` in, XML out. */
export function queryProtocol(namespace: string): Protocol {
  const formOf = ({ body }: { body: Buffer }) => Object.fromEntries(new URLSearchParams(body.toString()));
  return {
    operationOf: (request) => formOf(request).Action,
    parse(request) {
      const { Action: _, Version: __, ...parameters } = formOf(request);
      return parameters;
    },
    inputErrors: (operation) => validationErrors(operation, 'ValidationError'),
    reply: (result, { operation, requestId }) =>
      xmlReply(
        200,
        {
          [`${operation}Response`]: {
            [`${operation}Result`]: result as XmlValue,
            ResponseMetadata: { RequestId: requestId },
          },
        },
        { contentType: 'text/xml', namespace },
      ),
    fail: (error, requestId) => queryFailure(error, requestId, namespace),
  };
}

/** @param namespace of the service, where it is known */
export function queryFailure(
  { code, message, status }: AwsError,
  requestId: string,
  namespace?: string,
): HttpReply {
  const Type = status < 500 ? 'Sender' : 'Receiver';
  return xmlReply(
    status,
    { ErrorResponse: { Error: { Type, Code: code, Message: message }, RequestId: requestId } },
    { contentType: 'text/xml', ...(namespace !== undefined && { namespace }) },
  );
}

/** Whether a request is in this protocol, whatever its service. */
export function isQuery({ headers }: HttpRequest): boolean {
  return headers['content-type']?.startsWith(CONTENT_TYPE) ?? false;
}
