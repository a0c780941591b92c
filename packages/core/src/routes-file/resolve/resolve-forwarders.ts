import type { Forwarder } from '../../model/forwarder.ts';
import type { Route } from '../../model/routes.ts';
import { forwarder as schema } from '../../schema/forwarder.ts';
import type { SoundFile } from './sound-part.ts';

/** The forwarders that routes use, each once and with its defaults filled in. */
export function resolveForwarders(routes: readonly Route[], file: SoundFile): Forwarder[] {
  const options = schema.properties;
  const settings = new Map(Object.entries(file.forwarders ?? {}));
  return [...new Set(routes.map((route) => route.forwarder))].map((name) => {
    const { codeSigning, ...written } = settings.get(name) ?? {};
    return {
      name,
      memoryMB: options.memoryMB.default,
      timeoutSeconds: options.timeoutSeconds.default,
      reservedConcurrency: undefined,
      tracing: options.tracing.default,
      assumeRoles: options.assumeRoles.default,
      metrics: options.metrics.default,
      logLevel: options.logLevel.default,
      logRetentionDays: options.logRetentionDays.default,
      ...written,
      ...(codeSigning !== undefined && { codeSigningConfigArn: codeSigning }),
    };
  });
}
