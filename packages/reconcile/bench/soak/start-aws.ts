import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ledger } from '../../src/index.ts';
import type { FromAws, Ready, Report, ToAws } from './messages.ts';

export interface SoakedAws {
  ready: Ready;
  /** Told the ledger that everything is recorded in, from now on. */
  recordIn(ledger: Ledger): void;
  /** Epoch ms of the last arrival. */
  lastArrivalAt(): number;
  report(): Promise<Report>;
  stop(): Promise<void>;
}

/** Starts the local AWS in a process of its own. */
export async function startAws(
  assembly: string,
  deliveries: string,
  faultsPath: string,
  seed: number,
): Promise<SoakedAws> {
  const script = fileURLToPath(new URL('aws-process.ts', import.meta.url));
  const child: ChildProcess = fork(script, [assembly, deliveries, faultsPath, String(seed)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = Promise.withResolvers<Ready>();
  const reports: ((report: Report) => void)[] = [];
  let ledger: Ledger | undefined;
  let lastArrivalAt = Date.now();
  child.once('exit', (code) => ready.reject(new Error(`The local AWS ended with ${code}`)));
  child.on('message', (message: FromAws) => {
    switch (message.kind) {
      case 'ready':
        return ready.resolve(message.ready);
      case 'arrival':
        lastArrivalAt = Date.now();
        return ledger?.recordArrival(message.arrival);
      case 'filtered':
        return ledger?.recordFiltered(message.routeName, message.eventIds);
      case 'settled':
        return ledger?.recordSettled(message.routeName, message.eventIds);
      case 'invocation':
        return ledger?.recordInvocation(message.invocation);
      case 'unanswered':
        return ledger?.recordUnanswered(message.requestId);
      case 'report':
        return reports.shift()?.(message.report);
    }
  });
  return {
    ready: await ready.promise,
    recordIn(taken) {
      ledger = taken;
    },
    lastArrivalAt: () => lastArrivalAt,
    report() {
      const ask: ToAws = 'report';
      child.send(ask);
      return new Promise((resolve, reject) => {
        reports.push(resolve);
        child.once('exit', (code) => reject(new Error(`The local AWS ended with ${code}`)));
      });
    },
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
