import type { Problem } from '@xacct/core';
import type { RouteEntry } from './routes-file.ts';

/** The entries that a message can be about. */
export interface Entries {
  entries: readonly RouteEntry[];
  /** The number of entries of the file, which come first. */
  ofFile: number;
  fileName: string | undefined;
}

/**
 * A message of core about a routes file, for the author of a CDK app: in the words of the props, with the name of a route in
 * place of its line. A message about an entry of a file keeps the words of the file.
 */
export function problemMessage(
  { path, code, message, hint }: Problem,
  { entries, ofFile, fileName }: Entries,
): string {
  const nameOf = (index: number) => entries[index]?.name ?? entries[index]?.stream ?? '';
  const [, number, inRoute] = /^routes\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
  const index = number === undefined ? undefined : Number(number);
  const isOfFile = index !== undefined && index < ofFile;
  const where = [
    ...(isOfFile && fileName !== undefined ? [fileName] : []),
    ...(index === undefined ? [] : [`route "${nameOf(index)}"`]),
    isOfFile ? inRoute : propOf(inRoute ?? path, index === undefined ? FORWARDER_PROPS : ROUTE_PROPS),
  ].filter((part) => part !== undefined && part !== '');
  const text = message.replace(
    /at line (\d+)|\(line (\d+)\)/g,
    (_, at, line) => `in route "${nameOf(Number(at ?? line) - 1)}"`,
  );
  const fix = isOfFile ? hint : (FIXES[code] ?? hint);
  return `${[where.join(', '), text].filter((part) => part !== '').join(': ')}${fix === null ? '' : `; ${fix}`}`;
}

/** The props that have other names than the options of a file. */
export const FORWARDER_PROPS: Readonly<Record<string, string>> = {
  name: 'namePrefix',
  kmsKey: 'encryptionKey',
  alarmActions: 'alarmTopics',
  okActions: 'okTopics',
  memoryMB: 'memorySize',
  timeoutSeconds: 'timeout',
  reservedConcurrency: 'reservedConcurrentExecutions',
  metrics: 'metricsBy',
  logRetentionDays: 'logRetention',
  codeSigning: 'codeSigningConfig',
};

const ROUTE_PROPS: Readonly<Record<string, string>> = {
  batchWindowSeconds: 'batchWindow',
  maximumRecordAgeSeconds: 'maximumRecordAge',
  retryForSeconds: 'retryFor',
  timeoutSeconds: 'timeout',
  kmsKey: 'encryptionKey',
  startingTimestamp: 'startingPositionTimestamp',
};

/** Fixes in the words of the props, for mistakes whose hint has the words of a file. */
const FIXES: Partial<Record<Problem['code'], string>> = {
  'block-with-event': 'use Invocation.REQUEST_RESPONSE to wait for the function',
  'duplicate-route': 'give this one another name',
  'duplicate-stream': 'add the targets there, or make another Forwarder',
  'event-drops':
    'give the function a destination and set hasFailureDestination, or use Invocation.REQUEST_RESPONSE',
  'no-organization': 'pass organizationId, or use AssumeRoles.LISTED',
  'timeout-of-event': 'remove it, or use Invocation.REQUEST_RESPONSE',
  'unencrypted-copies': 'pass encryptionKey to the Forwarder',
};

function propOf(path: string, props: Readonly<Record<string, string>>): string {
  const inPart = path.replace(/^(source|encryption|forwarders\.[^.[]+|forwarders\["[^"]+"\])(\.|$)/, '');
  return inPart.replace(/[A-Za-z]\w*/g, (name) => props[name] ?? name);
}
