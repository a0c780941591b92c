import { namesOf, type ProbeOutcome, parseArn, type Route } from '@xacct/core';
import type { Examined } from './examined.ts';
import { type Finding, revertDrift } from './finding.ts';
import { judgeTargets } from './judge-targets.ts';
import type { InvocationFailure, ProbedRoute } from './probe-route.ts';
import { brokenTargets } from './probed-targets.ts';

/** What the probes of the chosen routes found. */
export function judgeProbes(
  probed: readonly ProbedRoute[],
  examined: Pick<Examined, 'routes' | 'labels' | 'isAsked' | 'isLeft'>,
): Finding[] {
  const { routes, isAsked } = examined;
  const names = namesOf(routes);
  const answered = probed.flatMap((one) => ('answer' in one ? [one] : []));
  const inAsked = ({ target }: { target: string }) => isAsked(parseArn(target).account);
  const all = answered.flatMap(({ route: { forwarder }, answer }) =>
    answer.targets.filter(inAsked).map((target) => ({ ...target, forwarder })),
  );
  const broken = answered.flatMap(({ route, answer }) =>
    brokenTargets(route, answer.targets.filter(inAsked)),
  );
  return [
    ...forwarders(),
    ...answered.flatMap(({ route, answer }) => [
      ...parameter(route, answer.parameter),
      ...retryQueue(route, answer.retryQueue),
    ]),
    ...buckets(),
    ...judgeTargets(broken, all, examined),
  ];

  /** One for each forwarder that gave no answer. */
  function forwarders(): Finding[] {
    const silent = probed.flatMap((one) => ('failure' in one ? [one] : []));
    return Array.from(
      Map.groupBy(silent, ({ route, failure }) => JSON.stringify([route.forwarder, failure.kind])),
      ([, [first, ...others]]): Finding[] => {
        if (first === undefined) return [];
        const { forwarder } = first.route;
        const { function: functionName, stack } = names.forwarder(forwarder);
        return [
          {
            severity: 'error',
            check: first.failure.kind === 'denied' ? 'permission' : 'forwarder',
            where: `function ${functionName}`,
            found: first.failure.reason,
            expected: 'an answer to a probe',
            fix: fixOf(first.failure, forwarder),
            routes: [first, ...others].map(({ route }) => route.name),
            causes: [{ stack, type: 'AWS::Lambda::Function', deploy: `--forwarder ${forwarder}` }],
          },
        ];
      },
    ).flat();
  }

  function fixOf({ kind }: InvocationFailure, forwarder: string): string {
    if (kind === 'denied')
      return 'allow lambda:InvokeFunction: docs/operating.md, "What doctor needs", has the policy';
    if (kind === 'failed')
      return `aws logs tail ${names.forwarder(forwarder).logGroup} --since 10m --region ${routes.source.region}`;
    return `xacct deploy --forwarder ${forwarder}`;
  }

  function parameter(route: Route, outcome: ProbeOutcome): Finding[] {
    if (outcome === 'ok') return [];
    const { stack } = names.forwarder(route.forwarder);
    return [
      {
        severity: 'error',
        check: 'parameter',
        where: `route ${route.name}, as function ${names.forwarder(route.forwarder).function} reads it`,
        found: `${outcome.class}: ${outcome.reason}`,
        expected: `the parameters of route ${route.name}`,
        fix: `xacct deploy ${route.name}`,
        routes: [route.name],
        causes: [
          { stack: names.route(route.name).stack, type: 'AWS::SSM::Parameter', deploy: route.name },
          { stack, type: 'AWS::IAM::Policy', deploy: `--forwarder ${route.forwarder}` },
        ],
      },
    ];
  }

  function retryQueue(route: Route, outcome: ProbeOutcome = 'ok'): Finding[] {
    if (outcome === 'ok') return [];
    const { retryQueue: queue, stack } = names.route(route.name);
    return [
      {
        severity: 'error',
        check: 'retry-queue',
        where: `queue ${queue}`,
        found: `the forwarder cannot send to it: ${outcome.class}: ${outcome.reason}`,
        expected: `a queue policy that lets ${names.forwarder(route.forwarder).executionRole} send`,
        fix: revertDrift(route.name, `If it is refused still, look at its KMS key`),
        routes: [route.name],
        causes: [
          { stack, type: 'AWS::SQS::QueuePolicy', deploy: route.name },
          { stack, type: 'AWS::SQS::Queue', deploy: route.name },
          {
            stack: names.forwarder(route.forwarder).stack,
            type: 'AWS::IAM::Policy',
            deploy: `--forwarder ${route.forwarder}`,
          },
        ],
      },
    ];
  }

  /** All routes of a forwarder share its bucket. */
  function buckets(): Finding[] {
    const failed = answered.filter(({ answer }) => (answer.failureBucket ?? 'ok') !== 'ok');
    return Array.from(
      Map.groupBy(failed, ({ route }) => route.forwarder),
      ([forwarder, members]): Finding => {
        const { failureBucket, stack } = names.forwarder(forwarder);
        const outcome = members[0]?.answer.failureBucket;
        const found = typeof outcome === 'object' ? `${outcome.class}: ${outcome.reason}` : '';
        return {
          severity: 'error',
          check: 'failure-bucket',
          where: `bucket ${failureBucket}`,
          found: `the forwarder cannot put, read and delete an object: ${found}`,
          expected: 'ok',
          fix: revertDrift(
            `--forwarder ${forwarder}`,
            `If it is denied still, see: aws s3api get-bucket-policy --bucket ${failureBucket}`,
          ),
          routes: members.map(({ route }) => route.name),
          causes: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::IAM::Policy'].map((type) => ({
            stack,
            type,
            deploy: `--forwarder ${forwarder}`,
          })),
        };
      },
    );
  }
}
