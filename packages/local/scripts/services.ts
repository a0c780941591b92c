import type { Operation, ServiceDefinition } from '../src/endpoint/service.ts';
import { services as known } from '../src/faults/known-services.ts';

export type ListedService = Pick<ServiceDefinition<string, never>, 'name' | 'failures'> & {
  operations: Readonly<Record<string, Pick<Operation<never>, 'action' | 'input'>>>;
};

/** All services, as their tables of operations define them. */
export const services: readonly ListedService[] = known;
