import { describe, expect, test } from 'vitest';
import { readInput } from '../../../src/endpoint/input.ts';
import { doBatch, readBatch } from '../../../src/services/sqs/batch.ts';
import { sqsError } from '../../../src/services/sqs/errors.ts';
import { parameterErrors } from '../../../src/services/sqs/parameters.ts';

function read(Entries: unknown) {
  const input = readInput('sqs', 'DeleteMessageBatch', { QueueUrl: 'url', Entries }, parameterErrors);
  return readBatch(input.Entries as Record<string, unknown>[]);
}

describe('readBatch', () => {
  test('gives the entries by their ids', () => {
    const Entries = [{ Id: 'a', Value: 1 }, { Id: 'b-_9' }];
    expect(read(Entries).map(({ id, input }) => [id, input.Value])).toEqual([
      ['a', 1],
      ['b-_9', undefined],
    ]);
  });

  test.each([
    ['no entries', [], 'EmptyBatchRequest'],
    [
      'eleven entries',
      Array.from({ length: 11 }, (_, Id) => ({ Id: String(Id) })),
      'TooManyEntriesInBatchRequest',
    ],
    ['an entry without an id', [{}], 'InvalidBatchEntryId'],
    ['an id with a space', [{ Id: 'a b' }], 'InvalidBatchEntryId'],
    ['an id of 81 characters', [{ Id: 'a'.repeat(81) }], 'InvalidBatchEntryId'],
    ['an id twice', [{ Id: 'a' }, { Id: 'a' }], 'BatchEntryIdsNotDistinct'],
    ['entries that are no list', 'a', 'InvalidParameterValueException'],
  ])('refuses %s', (_, Entries, code) => {
    expect(() => read(Entries)).toThrow(expect.objectContaining({ code }));
  });
});

describe('doBatch', () => {
  const entries = read(['a', 'unreadable', 'undoable', 'b'].map((Id) => ({ Id, Name: Id })));
  const failing = (id: string) => (name: string) => {
    if (name === id) throw sqsError('InvalidMessageContents', `not ${id}`);
    return { Name: name };
  };
  const parts = {
    read: ({ Name }: { Name?: unknown }) => failing('unreadable')(String(Name)).Name,
    work: failing('undoable'),
  };

  test('does each entry by itself', () => {
    expect(doBatch(entries, parts)).toEqual({
      Successful: [
        { Id: 'a', Name: 'a' },
        { Id: 'b', Name: 'b' },
      ],
      Failed: ['unreadable', 'undoable'].map((Id) => ({
        Id,
        SenderFault: true,
        Code: 'InvalidMessageContents',
        Message: `not ${Id}`,
      })),
    });
    expect(doBatch(entries.slice(0, 1), parts)).toEqual({ Successful: [{ Id: 'a', Name: 'a' }] });
  });

  test('does nothing when the complete batch is refused', () => {
    const done: string[] = [];
    const work = (name: string) => ({ count: done.push(name) });
    const checkAll = () => {
      throw sqsError('BatchRequestTooLong', 'too long');
    };
    expect(() => doBatch(entries, { ...parts, work, checkAll })).toThrow('too long');
    expect(done).toEqual([]);
  });

  test('rethrows an error that is not an error of AWS', () => {
    const work = () => {
      throw new TypeError('a fault');
    };
    expect(() => doBatch(entries, { ...parts, work })).toThrow(TypeError);
  });
});
