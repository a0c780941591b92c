import { awsControl, forward, input, loadHandler, sendResult } from './program.ts';

/** What the servers see of one warm invocation. */
const { bundle, event } = input<{ bundle: string; event: object }>();
const aws = awsControl();
const handler = loadHandler(bundle);
for (let time = 0; time < 5; time++) await forward(handler, event);
await aws.reset();
await forward(handler, event);
sendResult(await aws.calls());
