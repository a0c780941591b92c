import { awsControl, forward, input, loadHandler, sendResult } from './program.ts';

/** One invocation of a new process for a route of many roles, none of them assumed yet. */
const { bundle, event } = input<{ bundle: string; event: object }>();
const aws = awsControl();
const handler = loadHandler(bundle);
await aws.reset();
const start = performance.timeOrigin + performance.now();
await forward(handler, event);
const wholeMs = performance.timeOrigin + performance.now() - start;
const { assumeRoles, lastRoleAt } = await aws.calls();
sendResult({ wholeMs, rolesMs: lastRoleAt - start, assumeRoles });
