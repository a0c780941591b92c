import { describe, expect, test } from 'vitest';
import { serviceError } from '../../src/aws/service-error.ts';

const named = (headers: Record<string, string>, body: object) =>
  serviceError({ status: 400, headers, text: JSON.stringify(body) }).name;

describe('serviceError', () => {
  test.for([
    [{}, { __type: 'com.amazonaws.ssm#ThrottlingException' }, 'ThrottlingException'],
    [{}, { __type: 'ThrottlingException' }, 'ThrottlingException'],
    [{}, { __type: 'a#b#ThrottlingException' }, 'ThrottlingException'],
    [{}, { code: 'First', Code: 'Second', __type: 'Third' }, 'First'],
    [{}, { Code: 'Second', __type: 'Third' }, 'Second'],
    [{ 'x-amzn-errortype': 'Denied:http://internal.amazon.com/#a' }, { __type: 'Other' }, 'Denied'],
    [{ 'x-amzn-errortype': 'Denied,Other' }, {}, 'Denied'],
    [{ 'x-amzn-errortype': 'Denied:a\nb' }, {}, 'Denied'],
    [{ 'x-amzn-errortype': 'a\nb#Denied' }, {}, 'Denied'],
    [{}, {}, 'Unknown'],
    [{}, [], 'Unknown'],
  ] as const)('with the headers %j and the body %j is called %3$s', ([headers, body, name]) => {
    expect(named(headers, body)).toBe(name);
  });

  test.for([
    ['{"message":"why","Message":"what"}', 'why'],
    ['{"message":"","Message":"what"}', 'what'],
    ['{"Message":"what"}', 'what'],
    ['{"message":7}', '7'],
    ['null', 'UnknownError'],
    ['', 'UnknownError'],
  ] as const)('says of %s: %s', ([text, message]) => {
    expect(serviceError({ status: 500, text }).message).toBe(message);
  });

  test('has the status, the request, whose fault it is, and what else the body says', () => {
    const headers = { 'x-amzn-requestid': 'request-7', 'retry-after': '3' };
    const text = '{"__type":"KMSDisabledException","message":"why","Type":"User"}';

    expect({ ...serviceError({ status: 502, headers, text }) }).toStrictEqual({
      name: 'KMSDisabledException',
      __type: 'KMSDisabledException',
      Type: 'User',
      $fault: 'server',
      $metadata: { httpStatusCode: 502, requestId: 'request-7' },
    });
    expect(serviceError({ status: 499, text })).toMatchObject({ $fault: 'client' });
    expect(serviceError({ status: 500, text })).toMatchObject({ $fault: 'server' });
  });

  test('says how long Lambda asks to wait', () => {
    const headers = { 'x-amzn-errortype': 'TooManyRequestsException', 'retry-after': '3' };

    expect(serviceError({ status: 429, headers, text: '{}' })).toMatchObject({ retryAfterSeconds: '3' });
  });

  test('of a page is that of reading it as JSON, with the status', () => {
    const error = serviceError({ status: 502, headers: { 'x-amzn-errortype': 'Denied' }, text: '<html>' });

    expect(error).toBeInstanceOf(SyntaxError);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });
});
