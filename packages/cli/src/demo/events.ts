import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { CommandFailure } from '../terminal/command-failure.ts';

/** Something to put on a stream. */
export interface SampleEvent {
  partitionKey: string;
  data: Buffer;
  /** The data as it arrives at a target. */
  base64: string;
}

/** Kinesis takes records of up to 1 MiB, unless a stream allows more. */
const RECORD_BYTES = 1024 * 1024;

/** The payloads of GitHub's webhooks that the package `@octokit/webhooks-examples` collects. */
export function sampleEvents(): SampleEvent[] {
  const webhooks: { examples: unknown[] }[] = createRequire(import.meta.url)('@octokit/webhooks-examples');
  return webhooks
    .flatMap(({ examples }) => examples)
    .map((example, index) => toEvent(JSON.stringify(example), example, index));
}

/**
 * Events from a file with one JSON document per line; empty lines are skipped.
 *
 * @throws {CommandFailure} when the file or one of its lines cannot be read
 */
export async function readEvents(file: string): Promise<SampleEvent[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${file}: cannot be read (${error.code})`, 2);
  });
  const events = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    return toEvent(line, parseLine(line, `${file}:${index + 1}`), index);
  });
  if (events.length === 0)
    throw new CommandFailure(`${file}: holds no event. Write one JSON document a line`);
  return events;
}

function parseLine(line: string, place: string): unknown {
  if (Buffer.byteLength(line) > RECORD_BYTES) {
    throw new CommandFailure(`${place}: a record may have 1048576 bytes, got ${Buffer.byteLength(line)}`);
  }
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new CommandFailure(`${place}: not a JSON document: ${(error as Error).message}. Write one a line`);
  }
}

function toEvent(text: string, document: unknown, index: number): SampleEvent {
  const data = Buffer.from(text);
  return { partitionKey: repositoryOf(document) ?? `event-${index}`, data, base64: data.toString('base64') };
}

function repositoryOf(document: unknown): string | undefined {
  const name = (document as { repository?: { full_name?: unknown } } | null)?.repository?.full_name;
  return typeof name === 'string' && name.length > 0 && name.length <= 256 ? name : undefined;
}
