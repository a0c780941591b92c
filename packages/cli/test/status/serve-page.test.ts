import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SentView } from '../../src/monitor/page/page-view.ts';
import type { Status } from '../../src/monitor/status.ts';
import { servePage } from '../../src/status/serve-page.ts';
import { route, statusOf } from '../monitor/statuses.ts';

let stop = new AbortController();
let ended: Promise<void> | undefined;

afterEach(async () => {
  stop.abort();
  await ended;
});

const statusAt = (minute: number): Status => ({
  ...statusOf([route('orders')]),
  to: `2026-11-26T03:${minute}:00.000Z`,
});

/** Serves what is read, one after another; `minute` lets a minute pass. */
async function serve(reads: (Status | Error)[]) {
  stop = new AbortController();
  const rest = [...reads];
  const minutes: (() => void)[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    ended = servePage({
      port: 0,
      async read() {
        const next = rest.shift();
        if (next === undefined || next instanceof Error) throw next;
        return next;
      },
      options: ['--profile', 'ops'],
      onServed: resolve,
      signal: stop.signal,
      sleep: (_, signal) =>
        new Promise((awake) => {
          minutes.push(awake);
          signal.addEventListener('abort', () => awake());
        }),
    });
    ended.catch(reject);
  });
  return {
    url,
    unread: rest,
    async minute() {
      await vi.waitFor(() => expect(minutes).toHaveLength(1));
      minutes.pop()?.();
    },
  };
}

/** What a browser gets from now on. */
async function listen(url: string): Promise<SentView[]> {
  const sent: SentView[] = [];
  const { body } = await fetch(`${url}/events`);
  const read = async () => {
    let text = '';
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      sent.push(...events.map((event) => JSON.parse(event.replace(/^data: /, ''))));
    }
  };
  // The connection ends with the page.
  read().catch(() => {});
  return sent;
}

describe('servePage', () => {
  test('shows what is read each minute, and why it could not be read again, with what was there', async () => {
    const { url, minute } = await serve([
      statusAt(15),
      new Error('ExpiredToken: log in again'),
      statusAt(17),
    ]);
    const sent = await listen(url);
    await vi.waitFor(() => expect(sent).toMatchObject([{ status: statusAt(15), notRead: null }]));
    await minute();
    await vi.waitFor(() =>
      expect(sent[1]).toMatchObject({
        status: statusAt(15),
        notRead: { reason: 'ExpiredToken: log in again' },
      }),
    );
    await minute();
    await vi.waitFor(() => expect(sent[2]).toMatchObject({ status: statusAt(17), notRead: null }));
    expect(sent[2]?.options).toEqual(['--profile', 'ops']);
  });

  test('reads nothing while no browser shows it, and at once when one does', async () => {
    const { url, unread, minute } = await serve([statusAt(15), statusAt(45)]);
    await minute();
    await new Promise(setImmediate);
    expect(unread).toHaveLength(1);
    const sent = await listen(url);
    await vi.waitFor(() =>
      expect(sent.map(({ status: { to } }) => to)).toEqual([statusAt(15).to, statusAt(45).to]),
    );
  });

  test('ends where it cannot be read at all, without a page', async () => {
    await expect(serve([new Error('denied')])).rejects.toThrow('denied');
    ended = undefined;
  });

  test('ends while nobody looks', async () => {
    const { url, minute } = await serve([statusAt(15)]);
    await minute();
    stop.abort();
    await ended;
    await expect(fetch(url)).rejects.toThrow();
  });
});
