import { functionFromArn, namesOf, pausedPrefix, type Route } from '@xacct/core';
import { openFailureBucket } from '../../bucket/failure-bucket.ts';
import { count } from '../../terminal/count.ts';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';

/** More are not counted for a route, and no more are listed: 50 calls. */
const MOST_COUNTED = 1_000;
const MOST_LISTED = 50_000;

/** Reports records that were kept for a target while it was paused, and that nobody has brought back since. */
export async function checkKeptForPaused(
  route: Route,
  { routes, labels, clients: { s3 } }: Pick<Examined, 'routes' | 'labels' | 'clients'>,
): Promise<Finding[]> {
  const { name, targets } = route;
  const bucketName = namesOf(routes).forwarder(route.forwarder).failureBucket;
  const bucket = openFailureBucket(s3, bucketName);
  const prefix = pausedPrefix(name, '').replace(/\/$/, '');
  const paused = new Set(targets.filter((target) => target.paused).map(({ functionArn }) => functionArn));
  const kept = new Map<string, number>();
  try {
    const read = { counted: 0, listed: 0 };
    for await (const key of bucket.keys(prefix)) {
      const functionArn = key.slice(prefix.length).split('/')[0] ?? '';
      read.listed += 1;
      if (!paused.has(functionArn)) {
        kept.set(functionArn, (kept.get(functionArn) ?? 0) + 1);
        read.counted += 1;
      }
      if (read.counted === MOST_COUNTED || read.listed === MOST_LISTED) break;
    }
  } catch (error) {
    const { message } = error as Error;
    return [
      {
        severity: 'error',
        check: 'failure-bucket',
        where: `bucket ${bucketName}`,
        found: message,
        expected: 'a bucket that can be listed',
        fix: 'allow s3:ListBucket: docs/operating.md, "What doctor needs", has the policy; where there is no bucket: xacct deploy',
        routes: [name],
        causes: [
          {
            stack: namesOf(routes).forwarder(route.forwarder).stack,
            type: 'AWS::S3::Bucket',
            deploy: `--forwarder ${route.forwarder}`,
          },
        ],
      },
    ];
  }
  return [...kept].map(([functionArn, objects]) => ({
    severity: 'warning',
    check: 'paused',
    where: `target ${labels.target(functionArn)} of route ${name}`,
    found: `${objects === MOST_COUNTED ? 'at least ' : ''}${count(objects, 'object')} of records that were kept while it was paused, and it is not paused any more`,
    expected: 'none',
    fix: `xacct resume ${name} ${functionFromArn(functionArn).qualifiedName} --account ${functionFromArn(functionArn).account}`,
    routes: [name],
  }));
}
