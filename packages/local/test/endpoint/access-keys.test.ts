import { describe, expect, test } from 'vitest';
import { createAccessKeys } from '../../src/endpoint/access-keys.ts';
import { NOON_MS, user } from '../factories.ts';

const HOUR_MS = 3_600_000;

describe('createAccessKeys', () => {
  test('forgets sessions an hour after they expired, and nothing else', () => {
    const keys = createAccessKeys();
    const { accessKeyId: lasting } = keys.issue(user());
    const sessions = Array.from({ length: 999 }, (_, index) => {
      const expiresAt = NOON_MS + (index < 600 ? 0 : 1);
      return keys.issueSession(user(), expiresAt, NOON_MS - HOUR_MS).accessKeyId;
    });
    const held = () => sessions.filter((id) => keys.find(id) !== undefined);
    expect(held()).toEqual(sessions);

    const { accessKeyId: latest } = keys.issueSession(user(), NOON_MS + 3 * HOUR_MS, NOON_MS + HOUR_MS);

    expect(held()).toEqual(sessions.slice(600));
    expect(keys.find(lasting)).toBeDefined();
    expect(keys.find(latest)).toBeDefined();
  });
});
