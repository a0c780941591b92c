import { AwsError } from '../../shared/aws-error.ts';
import { queryCodeOf, sqsError } from './errors.ts';

const ENTRIES = 10;

interface BatchEntry {
  id: string;
  /** The entry without its ID. */
  input: Readonly<Record<string, unknown>>;
}

export interface BatchReply {
  Successful: object[];
  Failed?: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
}

/** @throws {AwsError} for a batch that is refused with all of its entries */
export function readBatch(entries: readonly Readonly<Record<string, unknown>>[]): BatchEntry[] {
  if (entries.length === 0)
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > ENTRIES) {
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  return entries.map(({ Id: id, ...input }) => {
    if (typeof id !== 'string' || !/^[\w-]{1,80}$/.test(id)) {
      throw sqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(id)) throw sqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
    return { id, input };
  });
}

interface BatchWork<T> {
  read: (input: BatchEntry['input']) => T;
  /** Refuses the complete batch, before anything is done. */
  checkAll?: (items: readonly T[]) => void;
  work: (item: T) => object;
}

/** Does each entry of a batch by itself: one that fails leaves the others as they are. */
export function doBatch<T>(
  entries: readonly BatchEntry[],
  { read, checkAll, work }: BatchWork<T>,
): BatchReply {
  const reply: Required<BatchReply> = { Successful: [], Failed: [] };
  const attempt = <U>(id: string, step: () => U): U | undefined => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { message, status } = error;
      reply.Failed.push({ Id: id, SenderFault: status < 500, Code: queryCodeOf(error), Message: message });
      return undefined;
    }
  };
  const readable = entries.flatMap(({ id, input }) => attempt(id, () => [{ id, item: read(input) }]) ?? []);
  checkAll?.(readable.map(({ item }) => item));
  for (const { id, item } of readable) {
    attempt(id, () => void reply.Successful.push({ Id: id, ...work(item) }));
  }
  return reply.Failed.length === 0 ? { Successful: reply.Successful } : reply;
}
