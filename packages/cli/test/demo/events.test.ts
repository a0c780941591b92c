import { describe, expect, test } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';

describe('sampleEvents', () => {
  test('gives the 329 webhooks, keyed by their repository where they have one', () => {
    const events = sampleEvents();
    expect(events).toHaveLength(329);
    const keys = events.map(({ partitionKey }) => partitionKey);
    expect(keys).toContain('Codertocat/Hello-World');
    expect(keys.every((key) => key.length > 0 && key.length <= 256)).toBe(true);
    for (const { data, base64 } of events.slice(0, 5)) {
      expect(Buffer.from(base64, 'base64').equals(data)).toBe(true);
      expect(JSON.parse(data.toString())).toBeTypeOf('object');
    }
  });
});
