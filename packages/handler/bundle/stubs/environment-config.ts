interface Source<Value> {
  environmentVariableSelector: (environment: NodeJS.ProcessEnv, options: object) => Value | undefined;
  default: Value | (() => Value | Promise<Value>);
}

/** Stands for the SDK's loader of settings without its second place to look, the shared config files of a home folder. */
export function loadConfig<Value>(
  { environmentVariableSelector, default: fallback }: Source<Value>,
  { signingName, logger }: { signingName?: string; logger?: object } = {},
): () => Promise<Value> {
  let known: { value: Value } | undefined;
  const read = async () => fromEnvironment() ?? (fallback instanceof Function ? await fallback() : fallback);
  const fromEnvironment = () => {
    try {
      return environmentVariableSelector(process.env, { signingName, logger });
    } catch {
      // As in the SDK: a variable that cannot be read is one that is not set.
      return undefined;
    }
  };
  return async () => {
    known ??= { value: await read() };
    return known.value;
  };
}
