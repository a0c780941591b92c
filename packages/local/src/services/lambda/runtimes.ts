import type { ChildProcess } from 'node:child_process';
import type { DeployedFunction } from '../../assembly/deployed.ts';
import { accountOf } from '../../endpoint/service.ts';
import type { Clock } from '../../shared/clock.ts';
import { embeddedMetrics } from '../cloudwatch/embedded-metrics.ts';
import type { Metrics } from '../cloudwatch/metrics.ts';
import type { LogPlace, Logs } from '../logs/logs.ts';
import type { Session } from '../sts/roles.ts';
import type { FunctionRuntime } from './invocation.ts';
import { measureInvocations } from './measure-invocations.ts';
import { createProcessFunction, type ProcessFunction } from './process-function.ts';
import { createRecorder, type Delivery } from './recorder.ts';
import type { TargetFunction } from './target-functions.ts';
import type { FindModule } from './target-modules.ts';
import { createTargetRuntime } from './target-runtime.ts';

/** Maximum number of concurrent invocations of one function; real accounts start at 1,000 over all functions. */
const CONCURRENCY = 10;

export interface RuntimesOptions {
  /** URL of the local AWS, for `AWS_ENDPOINT_URL`. */
  endpoint: string;
  /** A session of a function's execution role. */
  sessionOf: (definition: DeployedFunction) => Session;
  /** Modules of target functions; undefined to record all. */
  findModule: FindModule | undefined;
  /** Folder for what recorders write. */
  deliveries: string;
  clock: Clock;
  /** Called with each process, to end it if this one is killed. */
  guard: (child: ChildProcess) => void;
  /** Called for each invocation of a function: when its process is killed, if it is. */
  killAfterMs: (functionArn: string) => number | undefined;
  onDelivery: (delivery: Delivery) => void;
  onLog: (functionName: string, line: string) => void;
  logs: Logs;
  metrics: Metrics;
}

/** A function whose log is kept. */
interface LoggedFunction extends LogPlace {
  name: string;
}

export type Runtimes = ReturnType<typeof createRuntimes>;

/** Runs functions: those that templates deploy, and those of other owners. */
export function createRuntimes(options: RuntimesOptions) {
  const { endpoint, sessionOf, findModule, deliveries, clock, guard, killAfterMs, onDelivery, onLog } =
    options;
  const { logs, metrics } = options;

  const measured = (runtime: FunctionRuntime, arn: string) =>
    measureInvocations(runtime, arn, metrics, clock);
  /** CloudWatch takes the metrics from the lines. */
  const keepLog =
    ({ name, ...place }: LoggedFunction, logGroup: string) =>
    (line: string, stream: string) => {
      onLog(name, line);
      logs.append(place, logGroup, stream, line);
      for (const { metric, values, unit, at } of embeddedMetrics(line))
        metrics.put(place, metric, values, { at, unit });
    };

  /** A module of another owner runs without a role: no template deploys one for it. */
  const runModule = ({ arn, name, region }: TargetFunction, codeFolder: string) => {
    const logGroup = `/aws/lambda/${name}`;
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
      logGroup,
      onLog: keepLog({ name, region, account: accountOf(arn) }, logGroup),
    };
    return createProcessFunction({
      settings: () => settings,
      concurrency: CONCURRENCY,
      killAfterMs: () => killAfterMs(arn),
    });
  };

  return {
    runDeployed(definition: DeployedFunction): ProcessFunction {
      const { arn, name, account, region, logGroup, reservedConcurrency } = definition;
      const settings = () => ({
        ...definition,
        endpoint,
        guard,
        credentials: sessionOf(definition).credentials,
        onLog: keepLog({ name, account, region }, logGroup),
      });
      const runtime = createProcessFunction({
        settings,
        concurrency: reservedConcurrency ?? CONCURRENCY,
        killAfterMs: () => killAfterMs(arn),
        ...(reservedConcurrency !== undefined && {
          throttleReason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        }),
      });
      return { ...runtime, invoke: measured(runtime, arn) };
    },
    /** Runs the owner's module, or records what arrives. */
    runTarget(target: TargetFunction): FunctionRuntime {
      const recorder = createRecorder(target.arn, deliveries, clock, onDelivery);
      const runtime =
        findModule === undefined
          ? recorder
          : createTargetRuntime(
              () => findModule(target.name),
              (codeFolder) => runModule(target, codeFolder),
              recorder,
            );
      return { ...runtime, invoke: measured(runtime, target.arn) };
    },
  };
}
