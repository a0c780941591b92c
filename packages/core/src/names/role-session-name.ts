import * as limits from '../limits/aws-limits.ts';
import { bounded } from './bounded.ts';

/** The session name that CloudTrail of the target account shows for a route. */
export function roleSessionName(route: string): string {
  return bounded(route.length < 2 ? `route-${route}` : route, limits.sts.roleSessionNameLength);
}
