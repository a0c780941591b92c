import type { ChildProcess } from 'node:child_process';
import type { DeployedFunction } from '../../assembly/deployed.ts';
import type { Clock } from '../../clock.ts';
import type { Session } from '../sts/roles.ts';
import type { FunctionRuntime } from './functions.ts';
import { ProcessFunction } from './process-function.ts';
import { type Delivery, Recorder } from './recorder.ts';
import type { TargetFunction } from './target-functions.ts';
import type { TargetModules } from './target-modules.ts';
import { TargetRuntime } from './target-runtime.ts';

/** Invocations of one function under way at the most; real accounts start at 1,000 over all functions. */
const CONCURRENCY = 10;

/** What all processes of functions have in common. */
export interface Surroundings {
  /** The local AWS, for `AWS_ENDPOINT_URL`. */
  endpoint: string;
  onLog: (functionName: string, line: string) => void;
  guard: (child: ChildProcess) => void;
  /** Asked for each invocation of a function: when its process is killed, if it is. */
  killAfterMs: (functionArn: string) => number | undefined;
}

/** Runs a function that templates deploy. */
export function runDeployed(
  definition: DeployedFunction,
  startSession: () => Session,
  { endpoint, onLog, guard, killAfterMs }: Surroundings,
): ProcessFunction {
  const settings = () => ({
    ...definition,
    endpoint,
    guard,
    credentials: startSession().credentials,
    onLog: (line: string) => onLog(definition.name, line),
  });
  const { arn, reservedConcurrency } = definition;
  return new ProcessFunction(settings, reservedConcurrency ?? CONCURRENCY, {
    killAfterMs: () => killAfterMs(arn),
    ...(reservedConcurrency !== undefined && {
      throttleReason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    }),
  });
}

/** Stands for a function of a target's owner: runs the owner's module, or records what arrives. */
export function runTarget(
  target: TargetFunction,
  options: {
    modules: TargetModules | undefined;
    deliveries: string;
    clock: Clock;
    onDelivery: (delivery: Delivery) => void;
  },
  surroundings: Surroundings,
): FunctionRuntime {
  const { modules, deliveries, clock, onDelivery } = options;
  const recorder = new Recorder(target.arn, deliveries, clock, onDelivery);
  if (modules === undefined) return recorder;
  return new TargetRuntime({
    findModule: () => modules.find(target.name),
    runModule: (codeFolder) => runModule(target, codeFolder, surroundings),
    recorder,
  });
}

/** A target's module runs without a role: the templates know none for it. */
function runModule(
  { arn, name, region }: TargetFunction,
  codeFolder: string,
  { endpoint, onLog, guard, killAfterMs }: Surroundings,
): ProcessFunction {
  const settings = {
    name,
    region,
    endpoint,
    guard,
    credentials: undefined,
    handler: `${name}.handler`,
    codeFolder,
    environment: {},
    memoryMB: 512,
    timeoutSeconds: 60,
    logGroup: `/aws/lambda/${name}`,
    onLog: (line: string) => onLog(name, line),
  };
  return new ProcessFunction(() => settings, CONCURRENCY, { killAfterMs: () => killAfterMs(arn) });
}
