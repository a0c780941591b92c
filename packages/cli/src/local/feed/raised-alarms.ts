import { partitionOf } from '@xacct/core';
import type { Alarm } from '@xacct/local';
import type { DeployedRoute } from '@xacct/reconcile';
import { alarmOwner, type ForwarderAlarm, type RouteAlarm } from '../../alarms/alarm-owner.ts';
import type { RaisedAlarm } from '../../monitor/status.ts';

type Place = Pick<DeployedRoute, 'name' | 'forwarder' | 'systemName'>;

/** The alarms that are raised now, by the name of the route or forwarder. */
export interface RaisedAlarms {
  ofRoutes: ReadonlyMap<string, RaisedAlarm<RouteAlarm>[]>;
  ofForwarders: ReadonlyMap<string, RaisedAlarm<ForwarderAlarm>[]>;
  /** Those of anything else, with their names. */
  others: RaisedAlarm<string>[];
}

/** Finds what the alarms of a local AWS belong to. */
export function raisedAlarms(
  alarms: readonly Alarm[],
  routes: readonly Place[],
  region: string,
): RaisedAlarms {
  const ofRoutes = new Map<string, RaisedAlarm<RouteAlarm>[]>();
  const ofForwarders = new Map<string, RaisedAlarm<ForwarderAlarm>[]>();
  const others: RaisedAlarm<string>[] = [];
  const systems = Map.groupBy(routes, ({ systemName }) => systemName);
  for (const { deployed, state, since: sinceMs } of alarms) {
    if (state !== 'ALARM') continue;
    const since = new Date(sinceMs).toISOString();
    let isOwned = false;
    for (const [name, ofSystem] of systems) {
      const source = { account: deployed.account, region, partition: partitionOf(region) };
      const owner = alarmOwner(deployed.name, { name, source }, ofSystem);
      isOwned ||= owner !== undefined;
      if (owner?.kind === 'route') add(ofRoutes, owner.name, { watched: owner.watched, since });
      if (owner?.kind === 'forwarder') add(ofForwarders, owner.name, { watched: owner.watched, since });
    }
    if (!isOwned) others.push({ watched: deployed.name, since });
  }
  return { ofRoutes, ofForwarders, others };
}

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  to.set(key, [...(to.get(key) ?? []), value]);
}
