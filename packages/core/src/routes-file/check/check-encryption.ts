import { parseArn } from '../../names/arn.ts';
import type { Report } from '../../problems/problem.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';
import type { SoundFile } from '../resolve/sound-part.ts';
import { placeOfRouteOption } from './place-of-option.ts';

/** Finds a key that queues and buckets of the source cannot have, and copies of records that lack one. */
export function checkEncryption(file: SoundFile, resolved: Resolved, report: Report, warn: Report): void {
  checkPlace(resolved, report);
  checkCopies(file, resolved, warn);
}

/** SQS, S3 and CloudWatch Logs accept a key of their own region. */
function checkPlace({ routes: { source, encryptionKeyArn } }: Resolved, report: Report): void {
  if (encryptionKeyArn === undefined) return;
  const { partition, region } = parseArn(encryptionKeyArn);
  if (partition === source.partition && region === source.region) return;
  const message = `expected a key in ${source.region} (${source.partition}), where the queues, buckets and logs are, got ${encryptionKeyArn}`;
  report(['encryption', 'kmsKey'], 'arn-mismatch', message, 'name a key of that region');
}

/** Records that have a key in the stream are in queues and in the failure bucket, too, when a target does not take them. Reported once. */
function checkCopies(file: SoundFile, { routes, pathOf }: Resolved, warn: Report): void {
  if (file.encryption !== undefined) return;
  const keyed = routes.routes.filter(({ kmsKeyArn }) => kmsKeyArn !== undefined);
  const [first] = keyed;
  if (first === undefined) return;
  const place = placeOfRouteOption(file, pathOf.get(first) ?? [], 'kmsKey');
  const number = keyed.length === 1 ? '1 route' : `${keyed.length} routes`;
  const message = `the stream has a key of your own, and its records wait in queues and in the failure bucket under AWS's own keys (said once, for ${number})`;
  warn(place, 'unencrypted-copies', message, 'write "encryption: { kmsKey: … }"');
}
