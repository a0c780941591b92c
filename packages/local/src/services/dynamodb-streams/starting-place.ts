import type { Input } from '../../endpoint/input.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { TableStream } from './table-stream.ts';

/** The sequence number that a GetShardIterator asks to start from; 0 for the oldest record. */
export function startingPlace(stream: TableStream, input: Input): bigint {
  const type = input.text('ShardIteratorType');
  switch (type) {
    case 'TRIM_HORIZON':
      return 0n;
    case 'LATEST':
      return stream.latest;
    case 'AT_SEQUENCE_NUMBER':
      return BigInt(input.text('SequenceNumber', /^\d{21,40}$/));
    case 'AFTER_SEQUENCE_NUMBER':
      return BigInt(input.text('SequenceNumber', /^\d{21,40}$/)) + 1n;
    default:
      throw new AwsError('ValidationException', `The local AWS does not know the ShardIteratorType ${type}`);
  }
}
