/** What forwarders count, under CloudWatch's names. Alarms and dashboards are made from the same words. */
export const metrics = {
  namespace: 'xacct',
  /** For each invocation: the function, the route of the batch, and the target's function. */
  dimensions: { forwarder: 'Forwarder', route: 'Route', target: 'Target' },
  /** By forwarder and route, and by forwarder, route and target. In = delivered + filtered + parked + paused + failed. */
  ofTarget: {
    recordsIn: 'RecordsIn',
    delivered: 'Delivered',
    /** Held back by the target's own filter. */
    filtered: 'Filtered',
    /** Kept in the retry queue, the dead-letter queue or the failure bucket. */
    parked: 'Parked',
    /** Kept in the failure bucket, since the target is paused. */
    paused: 'Paused',
    /** Reported to the event source mapping, which brings them again. */
    failed: 'Failed',
    /** Milliseconds, of each call. */
    invokeLatency: 'InvokeLatency',
  },
  /** By forwarder. */
  ofForwarder: {
    credentialRefreshes: 'CredentialRefreshes',
    routeRefreshes: 'RouteRefreshes',
    /** Times that a route could not be read again and the last good one was used. */
    staleRoute: 'StaleRoute',
    /** Objects put into the failure bucket that nothing sends again by itself. */
    keptObjects: 'KeptObjects',
  },
} as const;
