import type { Routes } from '@xacct/core';

/** Routes, their targets and forwarders by name, so that nothing that is deployed depends on their order in the file. */
export function sortRoutes(routes: Routes): Routes {
  return {
    ...routes,
    forwarders: routes.forwarders.toSorted(by(({ name }) => name)),
    routes: routes.routes.toSorted(by(({ name }) => name)).map((route) => ({
      ...route,
      targets: route.targets.toSorted(by(({ functionArn }) => functionArn)),
    })),
  };
}

/** By code units: the same on every machine, whatever its language. */
function by<T>(key: (item: T) => string): (one: T, other: T) => number {
  return (one, other) => (key(one) < key(other) ? -1 : 1);
}
