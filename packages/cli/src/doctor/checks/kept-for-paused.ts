import { functionFromArn, namesOf, pausedPrefix, type Route } from '@xacct/core';
import { openFailureBucket } from '../../bucket/failure-bucket.ts';
import { count } from '../../terminal/count.ts';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';

/** More are not counted. */
const MOST = 1_000;

/** Reports records that were kept for a target while it was paused, and that nobody has brought back since. */
export async function checkKeptForPaused(
  route: Route,
  { routes, labels, clients: { s3 } }: Pick<Examined, 'routes' | 'labels' | 'clients'>,
): Promise<Finding[]> {
  const { name, targets } = route;
  const bucketName = namesOf(routes).forwarder(route.forwarder).failureBucket;
  const bucket = openFailureBucket(s3, bucketName);
  const prefix = pausedPrefix(name, '').replace(/\/$/, '');
  const kept = new Map<string, number>();
  try {
    let read = 0;
    for await (const key of bucket.keys(prefix)) {
      const functionArn = key.slice(prefix.length).split('/')[0] ?? '';
      kept.set(functionArn, (kept.get(functionArn) ?? 0) + 1);
      read += 1;
      if (read === MOST) break;
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
  return [...kept]
    .filter(([functionArn]) =>
      targets.every((target) => target.functionArn !== functionArn || !target.paused),
    )
    .map(([functionArn, objects]) => ({
      severity: 'warning',
      check: 'paused',
      where: `target ${labels.target(functionArn)} of route ${name}`,
      found: `${objects === MOST ? 'at least ' : ''}${count(objects, 'object')} of records that were kept while it was paused, and it is not paused any more`,
      expected: 'none',
      fix: `xacct resume ${name} ${functionFromArn(functionArn).qualifiedName} --account ${functionFromArn(functionArn).account}`,
      routes: [name],
    }));
}
