import { validationErrors } from '../../endpoint/input.ts';
import type { Protocol } from '../../endpoint/service.ts';
import { type XmlValue, xmlReply } from '../../endpoint/xml.ts';

/** AWS's query protocol: a form with an `Action` in, XML out. */
export function queryProtocol(namespace: string): Protocol {
  const formOf = ({ body }: { body: Buffer }) => Object.fromEntries(new URLSearchParams(body.toString()));
  const reply = (status: number, document: Readonly<Record<string, XmlValue>>) =>
    xmlReply(status, document, { contentType: 'text/xml', namespace });
  return {
    operationOf: (request) => formOf(request).Action,
    parse(request) {
      const { Action: _, Version: __, ...parameters } = formOf(request);
      return parameters;
    },
    inputErrors: (operation) => validationErrors(operation, 'ValidationError'),
    reply: (result, { operation, requestId }) =>
      reply(200, {
        [`${operation}Response`]: {
          [`${operation}Result`]: result as XmlValue,
          ResponseMetadata: { RequestId: requestId },
        },
      }),
    fail: ({ code, message, status }, requestId) =>
      reply(status, {
        ErrorResponse: {
          Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
          RequestId: requestId,
        },
      }),
  };
}
