import { limits } from '@xacct/core';
import { createPacker, stringifyRecords } from '../../src/pack.ts';
import { input, sendResult } from './program.ts';

/** Packing an event, beside writing it as JSON once, in turns. */
const { events, rounds } = input<{ events: { Records: object[] }[]; rounds: number }>();

let sink = 0;
const pack = (event: { Records: object[] }) => {
  for (const { payload } of createPacker(stringifyRecords(event.Records))(limits.invoke.eventPayloadBytes)) {
    sink += payload.length;
  }
};
const write = (event: { Records: object[] }) => {
  sink += Buffer.from(JSON.stringify(event)).length;
};

function msOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const rows = events.map((event) => {
  // Small events many times over: the clock is coarse.
  const times = Math.max(1, Math.round(2_000 / event.Records.length));
  const repeat = (work: (of: typeof event) => void) => () => {
    for (let time = 0; time < times; time++) work(event);
  };
  const packMs: number[] = [];
  const writeMs: number[] = [];
  for (let round = 0; round < 10 + rounds; round++) {
    const ofPack = msOf(repeat(pack)) / times;
    const ofWrite = msOf(repeat(write)) / times;
    if (round < 10) continue;
    packMs.push(ofPack);
    writeMs.push(ofWrite);
  }
  return { records: event.Records.length, packMs, writeMs };
});
if (sink === 0) throw new Error('Nothing was packed');
sendResult({ rows });
