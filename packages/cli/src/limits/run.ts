import { measureCapacity } from '@xacct/core/capacity';
import { findNamed } from '../routes-file/find-route.ts';
import { readValidRoutes } from '../routes-file/read-routes.ts';
import { limitRows, renderLimits } from './render-limits.ts';
import type { Shards } from './shard-numbers.ts';

export interface LimitsFlags {
  shards: Shards;
  environments?: number;
  config: string;
  json: boolean;
}

/** Shows how much of AWS's default limits a routes file uses. */
export async function run({ config, shards, environments, json }: LimitsFlags): Promise<void> {
  const routes = await readValidRoutes(config);
  const streams = routes.routes.map(({ stream }) => stream);
  for (const name of shards.byStream.keys()) findNamed(streams, name, `${config} routes no stream`);
  const shardsOf = (stream: string) => shards.byStream.get(stream) ?? shards.byDefault;
  const rows = limitRows(measureCapacity(routes, { shardsOf, environments }));
  if (json) {
    const assumed = { ...Object.fromEntries(shards.byStream), '*': shards.byDefault };
    const result = { shards: assumed, environments: environments ?? null, limits: rows };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    process.stdout.write(renderLimits(rows, shards, environments));
  }
}
