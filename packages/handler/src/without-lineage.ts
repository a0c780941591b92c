import type { BuildHandler } from '@smithy/types';

const TRACE_HEADER = 'x-amzn-trace-id';

/**
 * Takes the lineage out of the trace header of a request, by which Lambda finds recursive loops. A parked message may hold
 * records of many chains, and a batch of messages many more, so that none of them goes on in it; the handler itself bounds
 * how often records are parked. The trace goes on.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export function withoutLineage<Input extends object, Output extends object>(
  next: BuildHandler<Input, Output>,
): BuildHandler<Input, Output> {
  return (args) => {
    const { headers = {} } = args.request as { headers?: Record<string, string> };
    for (const [name, value] of Object.entries(headers)) {
      if (name.toLowerCase() !== TRACE_HEADER) continue;
      headers[name] = value
        .split(';')
        .filter((part) => !/^lineage=/i.test(part))
        .join(';');
    }
    return next(args);
  };
}
