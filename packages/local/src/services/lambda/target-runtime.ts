import type { FunctionRuntime, Invocation, InvocationResult } from './functions.ts';
import type { ProcessFunction } from './process-function.ts';
import type { TargetModule } from './target-modules.ts';

export interface TargetRuntimeOptions {
  /** The function's module; undefined while it has none. */
  findModule: () => Promise<TargetModule | undefined>;
  /** Runs the module in a folder. */
  runModule: (codeFolder: string) => ProcessFunction;
  /** Takes what arrives while there is no module. */
  recorder: FunctionRuntime;
}

/** Runs a target function's module as it is when an invocation arrives, or records the invocation. */
export class TargetRuntime implements FunctionRuntime {
  readonly #options: TargetRuntimeOptions;
  #running: { module: TargetModule; runtime: ProcessFunction } | undefined;
  readonly #all = new Set<FunctionRuntime>();

  constructor(options: TargetRuntimeOptions) {
    this.#options = options;
    this.#all.add(options.recorder);
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const module = await this.#options.findModule();
    if (module === undefined) return this.#options.recorder.invoke(invocation);
    return this.#runtimeOf(module).invoke(invocation);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((runtime) => runtime.stop()));
  }

  #runtimeOf(module: TargetModule): ProcessFunction {
    const running = this.#running;
    const { codeFolder } = module;
    if (running?.module.codeFolder === codeFolder) {
      // Modules in the same folder share one runtime, with one limit on concurrency.
      if (running.module.version !== module.version) void running.runtime.renew();
      running.module = module;
      return running.runtime;
    }
    void running?.runtime.renew();
    const runtime = this.#options.runModule(codeFolder);
    this.#all.add(runtime);
    this.#running = { module, runtime };
    return runtime;
  }
}
