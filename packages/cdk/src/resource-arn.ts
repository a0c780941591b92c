import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ICodeSigningConfig } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Place } from './forwarder-place.ts';
import type { LateNames } from './late-names.ts';

/** The ARN of a key, or a text of its form where only the deployment knows it. */
export function keyArn({ keyArn: arn, node }: IKey, place: Place, late: LateNames): string {
  return late.standInFor(arn, `the key ${node.path}`, (number) =>
    arnOf(place, 'kms', `key/00000000-0000-0000-0000-${digits(number, 12)}`),
  );
}

/** The ARN of a topic, or a text of its form. */
export function topicArn({ topicArn: arn, node }: ITopic, place: Place, late: LateNames): string {
  return late.standInFor(arn, `the topic ${node.path}`, (number) =>
    arnOf(place, 'sns', `xacct-token-${digits(number, 8)}`),
  );
}

/** The ARN of a code signing configuration, or a text of its form. */
export function codeSigningArn(config: ICodeSigningConfig, place: Place, late: LateNames): string {
  const what = `the code signing configuration ${config.node.path}`;
  return late.standInFor(config.codeSigningConfigArn, what, (number) =>
    arnOf(place, 'lambda', `code-signing-config:csc-${digits(number, 17)}`),
  );
}

function arnOf({ partition, region, account }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

function digits(number: number, length: number): string {
  return String(number).padStart(length, '0');
}
