/**
 * Loaded into a process before its program: waits of a minute or longer are over at once. So `xacct deploy` does all that it does,
 * and does not take the minutes for which it waits until no forwarder uses an earlier route any more.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const LONG_MS = 60_000;
const { setTimeout: wait } = timers;

timers.setTimeout = (ms = 0, ...rest) => wait(ms < LONG_MS ? ms : 0, ...rest);
syncBuiltinESMExports();
