import { describe, expect, test } from 'vitest';
import { deadline, kinesisRecords } from '../factories.ts';
import { letterOf, parkedBody, reader, referenceOf, retryPath } from '../retry-path.ts';

const object = 'waiting/orders/a.json';
const { send: signal } = deadline();

describe('load', () => {
  test('reads the records of letters, where they hold them and where an object does', async () => {
    const { waiting, stored, entries } = retryPath();
    stored.set(object, parkedBody(kinesisRecords(3)));
    const letters = [letterOf(), referenceOf(object, 3)] as const;

    expect(await waiting.load(letters, signal)).toEqual({
      contents: [
        { letter: letters[0], records: kinesisRecords(2) },
        { letter: letters[1], records: kinesisRecords(3) },
      ],
      unread: [],
    });
    expect(entries()).toEqual([]);
  });

  test('finds no records where the object is gone, since they were handled before', async () => {
    const { waiting, entries } = retryPath();
    const letter = referenceOf(object, 3);

    expect(await waiting.load([letter], signal)).toEqual({ contents: [{ letter, records: [] }], unread: [] });
    expect(entries()).toEqual([
      {
        level: 'warn',
        message: 'The object of parked records is gone; they were handled before',
        target: reader.functionArn,
        object,
      },
    ]);
  });

  test.for([
    { what: 'cannot be read', fails: true, reason: 'Error: the bucket is down' },
    { what: 'holds no parked records', fails: false, reason: 'Error: The object holds no parked records' },
  ])('returns a letter whose object $what', async ({ fails: isDown, reason }) => {
    const { waiting, stored, fails, entries } = retryPath();
    stored.set(object, '{"xacct":"parked/1"}');
    fails.get = isDown;
    const letters = [referenceOf(object, 3), letterOf()] as const;

    expect(await waiting.load(letters, signal)).toEqual({
      contents: [{ letter: letters[1], records: kinesisRecords(2) }],
      unread: [letters[0]],
    });
    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'Parked records could not be read from the failure bucket',
        target: reader.functionArn,
        object,
        reason,
      },
    ]);
  });
});

describe('drop', () => {
  test('deletes the objects of letters that have one', async () => {
    const { waiting, stored, entries } = retryPath();
    stored.set(object, parkedBody());
    stored.set('waiting/orders/b.json', parkedBody());
    await waiting.drop([letterOf(), referenceOf(object, 2)], signal);

    expect([...stored.keys()]).toEqual(['waiting/orders/b.json']);
    expect(entries()).toEqual([]);
  });

  test('asks for nothing where no letter has one', async () => {
    const { waiting, fails, entries } = retryPath();
    fails.delete = true;
    await waiting.drop([letterOf()], signal);

    expect(entries()).toEqual([]);
  });

  test('logs what it could not delete', async () => {
    const { waiting, fails, entries } = retryPath();
    fails.delete = true;
    await waiting.drop([referenceOf(object, 2)], signal);

    expect(entries()).toEqual([
      {
        level: 'warn',
        message: 'An object of the failure bucket could not be deleted; it expires by itself',
        object,
        reason: 'Error: the bucket is down',
      },
    ]);
  });
});
