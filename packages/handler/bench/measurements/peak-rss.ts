import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

const TARGETS = 10;
const EVENT_BYTES = 5.7 * 1024 * 1024;
/** Of the heap, as Lambda starts Node for a function of 512 MB (the default), with the option that the forwarder's stack sets. */
const HEAP_OPTIONS = ['--max-semi-space-size=8', '--max-old-space-size=461'];

export async function measurePeakRss(setup: Setup): Promise<Figures> {
  const { aws, bundles, folder } = setup;
  const sqs = aws.environment.AWS_ENDPOINT_URL_SQS ?? '';
  const peakMB = async (stream: string, invocation: 'event' | 'request-response') => {
    await aws.set({ parameters: parametersOf(stream, targetsOf(TARGETS, { invocation }), sqs) });
    const event = join(folder, `${stream}.json`);
    writeFileSync(event, JSON.stringify(eventOf(stream, 1_000, EVENT_BYTES)));
    const peaks: number[] = [];
    for (let round = 0; round < setup.rounds(5); round++) {
      const { maxRssKB } = await run<{ maxRssKB: number }>(setup, 'peak-rss.cjs', {
        input: { bundle: bundles.deployed, event, times: 5 },
        execArgv: HEAP_OPTIONS,
      });
      peaks.push(maxRssKB / 1024);
    }
    return median(peaks);
  };
  return {
    peakRssMB: await peakMB('rss-event', 'event'),
    peakRssRequestResponseMB: await peakMB('rss-response', 'request-response'),
  };
}
