import { createHash } from 'node:crypto';
import { functionFromArn, type Routes } from '@xacct/core';

/** A function that gets records by `event`, and the destination of those that it fails on. */
export interface FailureConfig {
  logicalId: string;
  functionName: string;
  /** An alias, a version or `$LATEST`: each has a configuration of its own. */
  qualifier: string;
  /** The accounts of the export in which it is routed. */
  accounts: string[];
  /** Names of the routes that send records there. */
  routes: string[];
}

export interface FailureDestinations {
  /** The region of all configs: a stack, or a provider of Terraform, makes resources in one region. */
  region: string;
  configs: FailureConfig[];
  /** ARNs of functions of other regions, which get no config. */
  elsewhere: string[];
}

/** The functions of accounts that are routed with `invocation: event`, once each; undefined where there are none. */
export function failureDestinations(
  { routes }: Pick<Routes, 'routes'>,
  accounts: readonly string[],
): FailureDestinations | undefined {
  const targets = routes.flatMap(({ name, targets }) =>
    targets
      .filter(({ account, invocation }) => invocation === 'event' && accounts.includes(account))
      .map(({ account, region, functionArn }) => ({ route: name, account, region, functionArn })),
  );
  const byRegion = [...Map.groupBy(targets, ({ region }) => region)];
  const [most] = byRegion.toSorted(([, some], [, others]) => others.length - some.length);
  if (most === undefined) return undefined;
  const [region, here] = most;
  const byFunction = Map.groupBy(here, ({ functionArn }) => JSON.stringify(nameOf(functionArn)));
  return {
    region,
    configs: Array.from(byFunction, ([key, uses]) => {
      const [functionName = '', qualifier = ''] = JSON.parse(key) as string[];
      return {
        logicalId: logicalIdOf(functionName, qualifier),
        functionName,
        qualifier,
        accounts: [...new Set(uses.map(({ account }) => account))],
        routes: [...new Set(uses.map(({ route }) => route))],
      };
    }),
    elsewhere: [
      ...new Set(targets.filter((target) => target.region !== region).map(({ functionArn }) => functionArn)),
    ],
  };
}

/** What a reader should know before setting a destination, one line each. */
export function destinationNotes({ region, elsewhere }: FailureDestinations): string[] {
  return [
    "On-failure destinations are made where their ARN is given. Each function's own role needs sqs:SendMessage,",
    'sns:Publish, lambda:InvokeFunction, events:PutEvents, or s3:PutObject with s3:ListBucket, on it. A function whose',
    `asynchronous invocation is configured elsewhere must not get a second one. All functions are in ${region}.`,
    ...elsewhere.map((functionArn) => `Not configured, as it is in another region: ${functionArn}`),
  ];
}

function nameOf(functionArn: string): [name: string, qualifier: string] {
  const { name, qualifier = '$LATEST' } = functionFromArn(functionArn);
  return [name, qualifier];
}

/** Letters and digits only. Two names may then be equal, so a hash follows. */
function logicalIdOf(functionName: string, qualifier: string): string {
  const hash = createHash('sha256').update(`${functionName}:${qualifier}`).digest('hex').slice(0, 8);
  return `OnFailureOf${functionName.replaceAll(/[^A-Za-z0-9]/g, '')}${hash.toUpperCase()}`;
}
