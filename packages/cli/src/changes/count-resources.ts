import { count } from '../terminal/count.ts';
import type { ResourceChange } from './compare-resources.ts';

/** In the order in which they are printed. */
const NOUNS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'function',
  'AWS::IAM::Role': 'role',
  'AWS::IAM::Policy': 'policy',
  'AWS::IAM::ManagedPolicy': 'managed policy',
  'AWS::Lambda::EventSourceMapping': 'mapping',
  'AWS::Kinesis::StreamConsumer': 'consumer',
  'AWS::SSM::Parameter': 'parameter',
  'AWS::SQS::Queue': 'queue',
  'AWS::SQS::QueuePolicy': 'queue policy',
  'AWS::S3::Bucket': 'bucket',
  'AWS::S3::BucketPolicy': 'bucket policy',
  'AWS::Logs::LogGroup': 'log group',
  'AWS::CloudWatch::Alarm': 'alarm',
  'AWS::CloudWatch::Dashboard': 'dashboard',
};

/** `1 role, 2 mappings, 4 alarms`; empty for none. */
export function countResources(changes: readonly ResourceChange[]): string {
  const byType = Map.groupBy(changes, ({ type }) => type);
  const types = [...new Set([...Object.keys(NOUNS), ...byType.keys()])];
  return types
    .map((type) => ({ noun: NOUNS[type] ?? type, number: byType.get(type)?.length ?? 0 }))
    .filter(({ number }) => number > 0)
    .map(({ noun, number }) =>
      count(number, noun, noun.endsWith('policy') ? noun.replace(/y$/, 'ies') : undefined),
    )
    .join(', ');
}
