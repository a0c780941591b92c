import { validationErrors } from '../../endpoint/input.ts';
import { jsonProtocol } from '../../endpoint/json-protocol.ts';
import { readMembers, writeMembers } from '../../endpoint/query-members.ts';
import { isQuery, queryProtocol } from '../../endpoint/query-protocol.ts';
import type { Protocol } from '../../endpoint/service.ts';

const json = jsonProtocol('GraniteServiceVersion20100801', '1.0');
const query = queryProtocol('http://monitoring.amazonaws.com/doc/2010-08-01/');

const TYPED = {
  numbers: new Set(['MaxDatapoints', 'MaxRecords', 'Period']),
  booleans: new Set(['ReturnData']),
  times: new Set(['EndTime', 'StartTime']),
};

/**
 * JSON, as the SDKs and newer versions of the AWS CLI speak it, or the query protocol of older ones. Errors in JSON carry the code
 * that they have in the query protocol, too.
 */
export const protocol: Protocol = {
  operationOf: (request) => (isQuery(request) ? query : json).operationOf(request),
  parse(request) {
    if (!isQuery(request)) return json.parse(request);
    return readMembers(query.parse(request) as Record<string, string>, TYPED);
  },
  inputErrors: (asked) => validationErrors(asked, 'ValidationError'),
  reply: (result, call) =>
    isQuery(call.request) ? query.reply(writeMembers(result), call) : json.reply(result, call),
  fail(error, requestId, request) {
    if (request !== undefined && isQuery(request)) return query.fail(error, requestId);
    const { code, message, status } = error;
    return {
      status,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}`,
      },
      body: JSON.stringify({ __type: code, message }),
    };
  },
};
