import type { Invoke, InvokeRequest } from '../src/aws/invoke.ts';
import { answerOf, behave, LATENCY_MS, type TargetFunction } from './behaviour.ts';
import type { ExecutionEnvironment } from './environments.ts';
import type { Note, TargetLedger } from './ledger.ts';
import type { PayloadRecords } from './payload-records.ts';
import { abortError, networkError, serviceError } from './service-error.ts';
import type { Sessions } from './sts.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The functions in the target accounts. */
export interface Targets {
  invokeFrom(environment: ExecutionEnvironment): Invoke;
  /** For records of each target. */
  calls: ReadonlyMap<TargetLedger, number>;
}

const EVENT_BYTES = 1024 * 1024;
const REQUEST_RESPONSE_BYTES = 6 * 1024 * 1024;
/** After which the handler's client gives a call for `event` up. */
const EVENT_TIMEOUT_MS = 10_000;

export function createTargets(options: {
  functions: readonly TargetFunction[];
  time: VirtualTime;
  start: number;
  sessions: Sessions;
  isDenied: (roleArn: string) => boolean;
  readPayload: (payload: InvokeRequest['payload']) => PayloadRecords;
}): Targets {
  const { functions, time, start, sessions, isDenied, readPayload } = options;
  const byArn = new Map(functions.map((target) => [target.arn, target]));
  const calls = new Map<TargetLedger, number>();

  /** What Lambda refuses before the function runs. */
  const refusal = ({ invocation, payload, credentials }: InvokeRequest): Error | undefined => {
    const roleArn = sessions.roleOf(credentials.accessKeyId);
    if (roleArn === undefined) return serviceError('ExpiredTokenException', 403, 'The token has expired');
    if (isDenied(roleArn)) return serviceError('AccessDeniedException', 403, `${roleArn} may not invoke it`);
    const limit = invocation === 'event' ? EVENT_BYTES : REQUEST_RESPONSE_BYTES;
    if (payload.body.length > limit) return serviceError('RequestTooLargeException', 413, 'It is too large');
    return undefined;
  };

  const invokeFrom = (environment: ExecutionEnvironment): Invoke => {
    return (request) =>
      new Promise((resolve, reject) => {
        const { functionArn, invocation, payload, signal } = request;
        const target = byArn.get(functionArn);
        if (target === undefined) return reject(serviceError('ResourceNotFoundException', 404, functionArn));
        const { stream, ordinals } = readPayload(payload);
        const ledger = target.ledgers.get(stream);
        if (ledger === undefined)
          throw new Error(`${functionArn} got records of a stream without a route to it`);
        calls.set(ledger, (calls.get(ledger) ?? 0) + 1);
        const caller = environment.invocation;
        let isHeard = true;
        const settle = (answer: () => void) => {
          isHeard = false;
          signal.removeEventListener('abort', abort);
          cancelTimeout();
          answer();
        };
        const abort = () => settle(() => reject(abortError(signal)));
        const giveUp = () => settle(() => reject(timeoutError()));
        const cancelTimeout =
          invocation === 'event' ? environment.clock.after(EVENT_TIMEOUT_MS, giveUp) : () => {};
        signal.addEventListener('abort', abort);
        const fail = (error: Error) => environment.enter(() => isHeard && settle(() => reject(error)));

        const refused = refusal(request);
        if (refused !== undefined) {
          time.after(target.random.logNormal(LATENCY_MS.median, LATENCY_MS.sigma), () => fail(refused));
          return;
        }
        const isPoison = (ordinal: number) => target.isPoison(stream, ordinal);
        if (invocation === 'dry-run') throw new Error('Nothing is probed in the simulation');
        const answer = behave({ target, invocation, now: time.now(), start, stream, ordinals, isPoison });
        if (answer === undefined) return;
        const execute = (taken: readonly number[], note: Note) => {
          if (taken.length === 0) return;
          const isListening = isHeard && environment.isRunning() && environment.invocation === caller;
          const via = caller ?? { source: 'stream', isDuplicate: false };
          ledger.executed(taken, time.now(), via, isListening ? note : 'answer late');
          if (isListening && note === 'answered') caller?.executed.push({ ledger, ordinals: taken });
        };
        time.after(answer.ms, () => {
          execute(answer.taken, answer.isLost ? 'answer lost' : 'answered');
          execute(answer.takenInVain, 'after a reported record');
          if (answer.isLost) return fail(networkError('The connection was closed'));
          if (answer.error !== undefined) return fail(answer.error);
          environment.enter(() => isHeard && settle(() => resolve(answerOf(answer))));
        });
      });
  };

  return { invokeFrom, calls };
}

function timeoutError(): Error {
  return Object.assign(new Error('No answer in time'), { name: 'TimeoutError' });
}
