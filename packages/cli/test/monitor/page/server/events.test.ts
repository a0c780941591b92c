import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PageView } from '../../../../src/monitor/page/page-view.ts';
import { createEvents, type Listener } from '../../../../src/monitor/page/server/events.ts';
import { route, statusOf } from '../../statuses.ts';

let view: PageView = { status: statusOf([route('orders')]), notRead: null, options: [] };
const events = createEvents(() => view);
afterEach(() => events.close());

/** A connection whose other end leaves so many bytes unread. */
function connection(unread: number) {
  const written: string[] = [];
  const stream = new PassThrough().resume();
  const listener: Listener = {
    writableLength: unread,
    write: (event) => written.push(event),
    once: (event, closed) => stream.once(event, closed),
    destroy: () => stream.destroy(),
  };
  return { listener, stream, written };
}

describe('createEvents', () => {
  test('keeps little for a browser that does not read, and lets it connect again', async () => {
    const awake = connection(0);
    const asleep = connection(9_000_000);
    events.add(awake.listener);
    events.add(asleep.listener);
    view = { ...view, status: { ...view.status, unread: ['something'] } };
    await vi.waitFor(() => expect(awake.written).toHaveLength(2));
    expect(asleep.stream.destroyed).toBe(true);
    expect(asleep.written).toEqual([]);
    expect(awake.stream.destroyed).toBe(false);
  });
});
