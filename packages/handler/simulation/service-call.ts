import { sleep } from '../src/invocation/clock.ts';
import type { ExecutionEnvironment } from './environments.ts';
import type { FaultOf } from './faults.ts';
import type { Fault } from './plan.ts';
import type { Random } from './random.ts';
import { abortError, networkError, serviceError } from './service-error.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A call to a service as `send-signed` makes it: with its latency, its faults and the retries. */
export type ServiceCall = <T>(options: {
  service: Fault['service'];
  /** What the service does when the call arrives; throws its errors. */
  perform: () => T;
  signal: AbortSignal | undefined;
}) => Promise<T>;

const ATTEMPTS = 3;
const WAIT_MS = 200;
const LATENCY_MS = {
  sqs: { median: 12, sigma: 0.5 },
  s3: { median: 40, sigma: 0.5 },
  ssm: { median: 15, sigma: 0.5 },
  sts: { median: 50, sigma: 0.4 },
};

export function createServiceCall(options: {
  environment: ExecutionEnvironment;
  time: VirtualTime;
  random: Random;
  faultOf: FaultOf;
}): ServiceCall {
  const { environment, time, random, faultOf } = options;

  const send = <T>(service: Fault['service'], perform: () => T, signal?: AbortSignal): Promise<T> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const abort = () => reject(abortError(signal));
      signal?.addEventListener('abort', abort);
      const settle = (answer: () => void) => {
        environment.enter(() => {
          signal?.removeEventListener('abort', abort);
          answer();
        });
      };
      const { median, sigma } = LATENCY_MS[service];
      const latencyMs = random.logNormal(median, sigma);
      const fault = faultOf(service);
      time.after(latencyMs / 2, () => {
        if (fault === 'hangs') return;
        const answer = fault === 'fails' ? failed(service) : outcomeOf(perform);
        time.after(latencyMs / 2, () => {
          if (fault === 'loses') settle(() => reject(networkError('The connection was closed')));
          else if ('error' in answer) settle(() => reject(answer.error));
          else settle(() => resolve(answer.value));
        });
      });
    });

  return async ({ service, perform, signal }) => {
    for (let attempts = 1; ; attempts++) {
      try {
        return await send(service, perform, signal);
      } catch (error) {
        if (attempts === ATTEMPTS || signal?.aborted || !isRetried(error)) throw error;
        await sleep(environment.clock, WAIT_MS * attempts, signal);
        if (signal?.aborted) throw abortError(signal);
      }
    }
  };
}

function outcomeOf<T>(perform: () => T): { value: T } | { error: unknown } {
  try {
    return { value: perform() };
  } catch (error) {
    // What is no error of a service is one of the simulation.
    if (!(error instanceof Error) || !('$metadata' in error)) throw error;
    return { error };
  }
}

function failed(service: string): { error: Error } {
  return { error: serviceError('ServiceUnavailable', 503, `${service} is not available`) };
}

function isRetried(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return error.name === 'ThrottlingException' || ($metadata?.httpStatusCode ?? 500) >= 500;
}
