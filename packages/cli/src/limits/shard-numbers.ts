import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../terminal/options.ts';

/** Numbers of shards: by the name of a stream, and for all other streams. */
export interface Shards {
  byDefault: number;
  byStream: ReadonlyMap<string, number>;
}

/** Reads `8`, `orders=8,events=2`, or both: `4,orders=8`. */
export function shardNumbers(byDefault: number): (text: string) => Shards {
  const number = wholeNumber(1, 100_000);
  return (text) => {
    const parts = text.split(',').map((part) => part.split('='));
    const [lone, named] = [
      parts.filter(({ length }) => length === 1),
      parts.filter(({ length }) => length === 2),
    ];
    if (
      lone.length > 1 ||
      lone.length + named.length < parts.length ||
      named.some(([stream]) => stream === '')
    ) {
      throw new InvalidArgumentError(
        `Expected a number, or streams with theirs as in orders=8,events=2, got "${text}".`,
      );
    }
    return {
      byDefault: lone.length === 0 ? byDefault : number(lone[0]?.[0] ?? ''),
      byStream: new Map(named.map(([stream = '', shards = '']) => [stream, number(shards)])),
    };
  };
}
