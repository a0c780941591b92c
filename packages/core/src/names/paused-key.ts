/** What the key of an object says that holds the records of a paused target. */
export interface PausedObject {
  /** ARN of the target. */
  functionArn: string;
  /** When the first of its records arrived in the stream: ISO 8601. */
  arrivedAt: string;
  /** The number of its records. */
  records: number;
}

const KEY = /^waiting\/paused\/[^/]+\/([^/]+)\/(\d{4}-[\d-]+T[\d:.]+Z)-.*-(\d+)-[0-9a-f]+\.json$/;

/** Reads the key of an object that the forwarder wrote for a paused target; undefined for any other key. */
export function readPausedKey(key: string): PausedObject | undefined {
  const [, functionArn, arrivedAt, records] = KEY.exec(key) ?? [];
  if (functionArn === undefined || arrivedAt === undefined) return undefined;
  return { functionArn, arrivedAt, records: Number(records) };
}
