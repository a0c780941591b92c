import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Place } from './forwarder-place.ts';
import type { ForwarderProps } from './forwarder-props.ts';
import { knownValue, secondsOf } from './known-value.ts';
import type { LateNames } from './late-names.ts';
import { keyArn } from './route-entry.ts';
import { type Options, PROPS, type RoutesFile } from './routes-file.ts';

/**
 * A routes file with the props of a forwarder written into it.
 *
 * @param read the file of `props.routes`; absent for a forwarder without
 * @throws {Error} for an option that the file sets, too, and for a token where the value has to be known
 */
export function fileWithProps(
  scope: Construct,
  props: ForwarderProps,
  {
    forwarderName,
    place,
    late,
    read,
  }: {
    forwarderName: string;
    place: Place;
    late: LateNames;
    read: { fileName: string; file: RoutesFile } | undefined;
  },
): RoutesFile {
  const file: RoutesFile = read?.file ?? {
    source: { account: place.account, region: place.region },
    routes: [],
  };
  /** Options of one part of the file, with those of the props. */
  const merged = (part: string, written: object | undefined, added: Options): Options => {
    const set = Object.entries(added).filter(([, value]) => value !== undefined);
    for (const [option] of set) {
      if (written === undefined || !(option in written)) continue;
      const path = part === '' ? option : `${part}.${option}`;
      throw new Error(
        `${scope.node.path}: ${read?.fileName} has ${path}, and \`${PROPS[path] ?? PROPS[option] ?? option}\` is passed, too: remove one of them`,
      );
    }
    return { ...written, ...Object.fromEntries(set) };
  };
  const { organizationId, permissionsBoundary, namePrefix, rolePath, encryptionKey } = known(scope, props);
  const arns = (topics: ITopic[] | undefined) => topics?.map((topic) => topicArn(topic, place, late));
  const kmsKey =
    encryptionKey === undefined
      ? undefined
      : late.standInFor(encryptionKey.keyArn, `the key ${encryptionKey.node.path}`, (number) =>
          keyArn(place, number),
        );
  const encryption = merged('encryption', file.encryption, { kmsKey });
  const settings = forwarderSettings(scope, props, { place, late });
  const forwarder = merged(`forwarders.${forwarderName}`, file.forwarders?.[forwarderName], settings);
  const top = {
    name: namePrefix,
    rolePath,
    alarmActions: arns(props.alarmTopics),
    okActions: arns(props.okTopics),
  };
  return {
    ...(merged('', file, top) as object as RoutesFile),
    source: {
      ...file.source,
      ...merged('source', file.source, { organizationId, permissionsBoundary }),
    },
    ...('kmsKey' in encryption && { encryption: encryption as { kmsKey: string } }),
    forwarders: { ...file.forwarders, [forwarderName]: forwarder },
  };
}

/** The props whose values have to be known. */
function known(scope: Construct, props: ForwarderProps): ForwarderProps {
  const { routes, routeScope, vpc, vpcSubnets, securityGroups, codeSigningConfig, encryptionKey, ...others } =
    props;
  const { alarmTopics, okTopics, timeout, ...plain } = others;
  for (const [option, value] of Object.entries(plain)) knownValue(value, `${scope.node.path}: ${option}`);
  return props;
}

/** An entry of `forwarders`. */
function forwarderSettings(
  scope: Construct,
  props: ForwarderProps,
  { place, late }: { place: Place; late: LateNames },
): Options {
  const { timeout, tracing, codeSigningConfig: signing } = props;
  return {
    memoryMB: props.memorySize,
    timeoutSeconds: secondsOf(timeout, `${scope.node.path}: timeout`),
    reservedConcurrency: props.reservedConcurrentExecutions,
    tracing: tracing === undefined ? undefined : tracing === Tracing.ACTIVE,
    assumeRoles: props.assumeRoles,
    metrics: props.metricsBy,
    logLevel: props.logLevel,
    logRetentionDays: props.logRetention,
    codeSigning:
      signing === undefined
        ? undefined
        : late.standInFor(
            signing.codeSigningConfigArn,
            `the code signing configuration ${signing.node.path}`,
            (number) =>
              `arn:${place.partition}:lambda:${place.region}:${place.account}:code-signing-config:csc-${String(number).padStart(17, '0')}`,
          ),
    vpc: vpcOf(scope, props, late),
  };
}

/** Ids of subnets and security groups are never checked: a lookup gives made-up ones at first. */
function vpcOf(scope: Construct, { vpc, vpcSubnets, securityGroups }: ForwarderProps, late: LateNames) {
  if (vpc === undefined) {
    const given = vpcSubnets === undefined ? securityGroups && 'securityGroups' : 'vpcSubnets';
    if (given === undefined) return undefined;
    throw new Error(`${scope.node.path}: \`${given}\` is passed without \`vpc\`: pass the VPC, too`);
  }
  const groups = securityGroups ?? [
    new SecurityGroup(scope, 'SecurityGroup', {
      vpc,
      description: `The network interfaces of ${scope.node.path}`,
    }),
  ];
  const id = (prefix: string) => (value: string) =>
    late.standIn(value, value, (number) => `${prefix}-${String(number).padStart(8, '0')}`);
  return {
    subnets: vpc.selectSubnets(vpcSubnets).subnetIds.map(id('subnet')),
    securityGroups: groups.map(({ securityGroupId }) => securityGroupId).map(id('sg')),
  };
}

function topicArn(topic: ITopic, { partition, region, account }: Place, late: LateNames): string {
  return late.standInFor(
    topic.topicArn,
    `the topic ${topic.node.path}`,
    (number) => `arn:${partition}:sns:${region}:${account}:xacct-token-${String(number).padStart(8, '0')}`,
  );
}
