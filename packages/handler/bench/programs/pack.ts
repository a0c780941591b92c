import { hash } from 'node:crypto';
import { limits } from '@xacct/core';
import { createShipment, toItems } from '../../src/records/pack.ts';
import type { StreamRecord } from '../../src/records/stream-event.ts';
import { input, sendResult } from './program.ts';

/** Packing an event, the hash of its payloads alone, and writing it as JSON once, in turns. */
type Event = { Records: StreamRecord[] };
const { events, rounds } = input<{ events: Event[]; rounds: number }>();

const WARM_UP_MS = 1_000;

let sink = 0;
const pack = ({ Records }: Event) => {
  const shipment = createShipment(toItems(Records), true);
  for (const chunk of shipment.chunks(limits.invoke.eventPayloadBytes)) sink += chunk.payload().body.length;
};
const write = (event: Event) => {
  sink += Buffer.from(JSON.stringify(event)).length;
};
/** Of payloads as large as those: part of signing them, done here once for all targets. */
const hashAll = (bodies: readonly Buffer[]) => {
  for (const body of bodies) sink += hash('sha256', body).length;
};

function msOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const rows = events.map((event) => {
  const bodies = createShipment(toItems(event.Records), true)
    .chunks(limits.invoke.eventPayloadBytes)
    .map((chunk) => chunk.payload().body);
  // Small events many times over: the clock is coarse.
  const times = Math.max(1, Math.round(2_000 / event.Records.length));
  const repeat = (work: () => void) =>
    msOf(() => {
      for (let time = 0; time < times; time++) work();
    }) / times;
  const samples: { packMs: number; hashMs: number; writeMs: number }[] = [];
  const round = () => ({
    packMs: repeat(() => pack(event)),
    hashMs: repeat(() => hashAll(bodies)),
    writeMs: repeat(() => write(event)),
  });
  // Until the hot code is compiled, by a thread that may have to wait for a core.
  const warmUntil = performance.now() + WARM_UP_MS;
  while (performance.now() < warmUntil) round();
  for (let count = 0; count < rounds; count++) samples.push(round());
  return { records: event.Records.length, samples };
});
if (sink === 0) throw new Error('Nothing was packed');
sendResult({ rows });
