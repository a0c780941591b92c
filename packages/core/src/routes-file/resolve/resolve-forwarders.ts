import type { Forwarder, Route } from '../../model/routes.ts';
import type { SoundFile } from './sound-part.ts';

/** The forwarders that routes use, each once and with its defaults filled in. */
export function resolveForwarders(routes: readonly Route[], file: SoundFile): Forwarder[] {
  const settings = new Map(Object.entries(file.forwarders ?? {}));
  return [...new Set(routes.map((route) => route.forwarder))].map((name) => {
    const {
      memoryMB = 512,
      timeoutSeconds = 60,
      reservedConcurrency,
      tracing = false,
      assumeRoles = 'listed',
      metrics = 'target',
      logLevel = 'info',
      logRetentionDays = 30,
      vpc,
      codeSigning,
    } = settings.get(name) ?? {};
    return {
      name,
      memoryMB,
      timeoutSeconds,
      reservedConcurrency,
      tracing,
      assumeRoles,
      metrics,
      logLevel,
      logRetentionDays,
      ...(vpc !== undefined && { vpc }),
      ...(codeSigning !== undefined && { codeSigningConfigArn: codeSigning }),
    };
  });
}
