import { type ObjectStore, ObjectStoreError } from '../src/aws/object-store.ts';
import type { Holding, Holdings } from './holdings.ts';
import type { ServiceCall } from './service-call.ts';

/** The failure bucket. */
export interface Bucket {
  client(call: ServiceCall): ObjectStore;
  text(key: string): string | undefined;
  count(): number;
  puts(): number;
}

/** @param holdings those of the bucket's own objects, once they can be read */
export function createBucket(holdings: () => Holdings): Bucket {
  const objects = new Map<string, { text: string; holding: Holding | undefined }>();
  let puts = 0;

  const remove = (key: string) => {
    const held = objects.get(key)?.holding;
    objects.delete(key);
    held?.ledger.release('object', held.ordinals);
  };
  const put = (key: string, text: string) => {
    puts += 1;
    const holding = holdings().read(text);
    holding?.ledger.hold('object', holding.ordinals, holding.failure);
    remove(key);
    objects.set(key, { text, holding });
  };

  return {
    client(call) {
      // The store's own three tries are those of the call.
      const run = async <T>(
        method: string,
        key: string,
        signal: AbortSignal,
        perform: () => T,
      ): Promise<T> => {
        try {
          return await call({ service: 's3', perform, signal });
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          throw new ObjectStoreError(
            `${method} ${key} failed: ${error instanceof Error ? error.name : error}`,
          );
        }
      };
      return {
        put: (key, body, signal) => run('PUT', key, signal, () => put(key, body)),
        get: (key, signal) => run('GET', key, signal, () => objects.get(key)?.text),
        delete: (key, signal) => run('DELETE', key, signal, () => remove(key)),
      };
    },
    text: (key) => objects.get(key)?.text,
    count: () => objects.size,
    puts: () => puts,
  };
}
