import { AwsError } from '../shared/aws-error.ts';
import { evaluate, type Request } from './evaluate.ts';
import type { Principal } from './principal.ts';

/** @throws {AwsError} by the name and status given, in AWS's words, when IAM denies the request */
export function requireAllowed(
  request: Request & { principal: Principal },
  { code, status }: { code: string; status: number } = { code: 'AccessDenied', status: 403 },
): void {
  const decision = evaluate(request);
  if (decision.allowed) return;
  const { principal, action, resource } = request;
  const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because ${decision.because}`;
  throw new AwsError(code, message, status);
}
