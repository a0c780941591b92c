import { randomBytes } from 'node:crypto';
import { type ChangeName, changeName, type ItemChange } from './item-change.ts';
import { itemBytes } from './item-size.ts';

export const VIEW_TYPE = 'NEW_AND_OLD_IMAGES';

/**
 * A record of a table's stream. In JSON a Lambda event has it as GetRecords answers it, but for `eventSourceARN`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export interface TableStreamRecord {
  /** 32 hexadecimal digits. */
  eventID: string;
  eventName: ChangeName;
  eventVersion: '1.1';
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  dynamodb: ItemChange & {
    /** Epoch seconds, an integer. */
    ApproximateCreationDateTime: number;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: typeof VIEW_TYPE;
  };
}

export function toStreamRecord(
  change: ItemChange,
  { region, sequenceNumber, nowMs }: { region: string; sequenceNumber: string; nowMs: number },
): TableStreamRecord {
  const { Keys, NewImage, OldImage } = change;
  return {
    eventID: randomBytes(16).toString('hex'),
    eventName: changeName(change),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(nowMs / 1000),
      Keys,
      ...(NewImage && { NewImage }),
      ...(OldImage && { OldImage }),
      SequenceNumber: sequenceNumber,
      SizeBytes: [Keys, NewImage, OldImage].reduce((bytes, item) => bytes + (item ? itemBytes(item) : 0), 0),
      StreamViewType: VIEW_TYPE,
    },
  };
}
