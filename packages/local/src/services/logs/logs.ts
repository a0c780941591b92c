import type { Clock } from '../../shared/clock.ts';

/** An account and region. */
export interface LogPlace {
  account: string;
  region: string;
}

export interface LogEvent {
  /** In the order of all lines of all groups. */
  number: number;
  stream: string;
  /** Epoch ms. */
  at: number;
  message: string;
}

export interface LogGroup extends LogPlace {
  name: string;
  /** Epoch ms. */
  createdAt: number;
  /** Of all that is kept. */
  bytes: number;
  /** The earliest first. */
  events: LogEvent[];
}

/** The logs of all accounts. */
export interface Logs {
  append(place: LogPlace, group: string, stream: string, message: string): void;
  find(place: LogPlace, group: string): LogGroup | undefined;
  list(place: LogPlace): LogGroup[];
}

/** A group keeps its last lines up to here; CloudWatch keeps them for as long as its retention says. */
const MOST_BYTES = 2 * 1024 * 1024;

export function createLogs(clock: Clock): Logs {
  const groups = new Map<string, LogGroup>();
  let lines = 0;
  const keyOf = ({ account, region }: LogPlace, name: string) => `${account} ${region} ${name}`;
  return {
    append(place, name, stream, message) {
      const { account, region } = place;
      const at = clock.now();
      const key = keyOf(place, name);
      const group = groups.get(key) ?? { account, region, name, createdAt: at, bytes: 0, events: [] };
      groups.set(key, group);
      lines += 1;
      group.events.push({ number: lines, stream, at, message });
      group.bytes += message.length;
      if (group.bytes > MOST_BYTES) dropHalf(group);
    },
    find: (place, name) => groups.get(keyOf(place, name)),
    list: ({ account, region }) =>
      [...groups.values()]
        .filter((group) => group.account === account && group.region === region)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Half at once, so that the list is not moved for each line. */
function dropHalf(group: LogGroup): void {
  group.events.splice(0, Math.ceil(group.events.length / 2));
  group.bytes = group.events.reduce((sum, { message }) => sum + message.length, 0);
}
