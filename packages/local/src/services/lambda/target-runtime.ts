import type { FunctionRuntime } from './invocation.ts';
import type { ProcessFunction } from './process-function.ts';
import type { TargetModule } from './target-modules.ts';

/**
 * Runs a target function's module as it is when an invocation arrives, or records the invocation.
 *
 * @param runModule runs the module in a folder
 * @param recorder takes what arrives while there is no module
 */
export function createTargetRuntime(
  findModule: () => Promise<TargetModule | undefined>,
  runModule: (codeFolder: string) => ProcessFunction,
  recorder: FunctionRuntime,
): FunctionRuntime {
  const all: FunctionRuntime[] = [recorder];
  let running: { module: TargetModule; runtime: ProcessFunction } | undefined;

  const runtimeOf = (module: TargetModule): ProcessFunction => {
    const { codeFolder } = module;
    if (running?.module.codeFolder === codeFolder) {
      // Modules in the same folder share one runtime, with one limit on concurrency.
      if (running.module.version !== module.version) void running.runtime.renew();
      running.module = module;
      return running.runtime;
    }
    void running?.runtime.renew();
    const runtime = runModule(codeFolder);
    all.push(runtime);
    running = { module, runtime };
    return runtime;
  };

  return {
    async invoke(invocation) {
      const module = await findModule();
      return (module === undefined ? recorder : runtimeOf(module)).invoke(invocation);
    },
    stop: async () => void (await Promise.all(all.map((runtime) => runtime.stop()))),
  };
}
