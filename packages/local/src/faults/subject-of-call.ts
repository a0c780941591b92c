import { invokedFunction } from '../services/lambda/lambda.ts';
import type { Call } from '../endpoint/service.ts';
import type { FaultSubject } from './faults.ts';
import { isServiceName } from './known-services.ts';

/**
 * What a call at the endpoint is about: the account that it calls into, and its function. Undefined for a service that
 * has no faults.
 *
 * @throws {AwsError} for a function's name that is none
 */
export function subjectOfCall(
  service: string,
  call: Pick<Call, 'operation' | 'request' | 'principal' | 'region'>,
): FaultSubject | undefined {
  if (!isServiceName(service)) return undefined;
  const { operation, request, principal, region } = call;
  const subject = { service, operation, account: principal.account, region };
  const about = (pattern: RegExp): FaultSubject => {
    // Read without parsing: what the body is worth, its service says.
    const [resource, account = principal.account] = pattern.exec(request.body.toString()) ?? [];
    return { ...subject, account, resource };
  };
  switch (service) {
    case 'sts':
      return about(/RoleArn=arn%3A[^&]*?%3A%3A(\d{12})%3A[^&]*/);
    case 'sqs':
      return about(/"QueueUrl"\s*:\s*"[^"]*\/(\d{12})\/[^"]*"/);
    case 'kinesis':
      return about(/"StreamARN"\s*:\s*"[^"]*:(\d{12}):[^"]*"/);
    case 'lambda': {
      const [, , , , account = principal.account, , name] =
        invokedFunction(request, call)?.arn.split(':') ?? [];
      return { ...subject, account, function: name };
    }
    default:
      return subject;
  }
}
