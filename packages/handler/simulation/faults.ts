import { type Fault, HOUR, within } from './plan.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What goes wrong with a call to a service now; undefined: nothing. */
export type FaultOf = (service: Fault['service']) => Fault['mode'] | undefined;

export function createFaults(options: {
  faults: readonly Fault[];
  time: VirtualTime;
  start: number;
  random: Random;
}): FaultOf {
  const { faults, time, start, random } = options;
  return (service) => {
    if (faults.length === 0) return undefined;
    const hour = (time.now() - start) / HOUR;
    return faults.find(
      (fault) => fault.service === service && within(fault, hour) && random.chance(fault.share),
    )?.mode;
  };
}
