import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ForwarderContext } from './forwarder-context.ts';
import type { ForwarderProps } from './forwarder-props.ts';
import { knownValue, secondsOf } from './known-value.ts';
import type { LateNames } from './late-names.ts';
import { FORWARDER_PROPS } from './problem-message.ts';
import { codeSigningArn, keyArn, topicArn } from './resource-arn.ts';
import type { Options, RoutesFile } from './routes-file.ts';

/**
 * A routes file with the props of a forwarder written into it.
 *
 * @throws {Error} for an option that the file sets, too, and for a token where the value has to be known
 */
export function fileWithProps(
  scope: Construct,
  props: ForwarderProps,
  context: ForwarderContext,
): RoutesFile {
  const { forwarderName, place, late, read } = context;
  checkKnown(scope, props);
  const file: RoutesFile = read?.file ?? {
    source: { account: place.account, region: place.region },
    routes: [],
  };
  const { organizationId, permissionsBoundary, namePrefix, rolePath, encryptionKey, alarmTopics, okTopics } =
    props;
  /** What is added to a part of the file, which must not have it. */
  const added = <T extends object>(part: string, written: object = {}, options: T): Partial<T> => {
    const set = defined(options);
    const twice = Object.keys(set).find((option) => option in written);
    if (twice === undefined) return set;
    const option = part === '' ? twice : `${part}.${twice}`;
    throw new Error(
      `${context.path}: ${read?.fileName} has ${option}, and \`${FORWARDER_PROPS[twice] ?? twice}\` is passed, too: remove one of them`,
    );
  };
  const settings = forwarderSettings(scope, props, context);
  const encryption = {
    ...file.encryption,
    ...added('encryption', file.encryption, {
      kmsKey: encryptionKey && keyArn(encryptionKey, place, late),
    }),
  };
  return {
    ...file,
    ...added('', file, {
      name: namePrefix,
      rolePath,
      alarmActions: alarmTopics?.map((topic) => topicArn(topic, place, late)),
      okActions: okTopics?.map((topic) => topicArn(topic, place, late)),
    }),
    source: {
      ...file.source,
      ...added('source', file.source, { organizationId, permissionsBoundary }),
    },
    ...(encryption.kmsKey !== undefined && { encryption }),
    forwarders: {
      ...file.forwarders,
      [forwarderName]: {
        ...file.forwarders?.[forwarderName],
        ...added(`forwarders.${forwarderName}`, file.forwarders?.[forwarderName], settings),
      },
    },
  };
}

/** A copy without what is undefined. */
function defined<T extends object>(options: T): Partial<T> {
  const copy: Partial<T> = { ...options };
  for (const key in copy) if (copy[key] === undefined) delete copy[key];
  return copy;
}

/** Refuses tokens in all props that are no resources. */
function checkKnown({ node }: Construct, props: ForwarderProps): void {
  const { routes, routeScope, timeout, encryptionKey, alarmTopics, okTopics, codeSigningConfig, ...others } =
    props;
  const { vpc, vpcSubnets, securityGroups, ...values } = others;
  for (const [option, value] of Object.entries(values)) knownValue(value, `${node.path}: ${option}`);
}

/** An entry of `forwarders`. */
function forwarderSettings(
  scope: Construct,
  props: ForwarderProps,
  { path, place, late }: ForwarderContext,
): Options {
  const { tracing, codeSigningConfig } = props;
  return {
    memoryMB: props.memorySize,
    timeoutSeconds: secondsOf(props.timeout, `${path}: timeout`),
    reservedConcurrency: props.reservedConcurrentExecutions,
    tracing: tracing === undefined ? undefined : tracing === Tracing.ACTIVE,
    assumeRoles: props.assumeRoles,
    metrics: props.metricsBy,
    logLevel: props.logLevel,
    logRetentionDays: props.logRetention,
    codeSigning: codeSigningConfig && codeSigningArn(codeSigningConfig, place, late),
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
