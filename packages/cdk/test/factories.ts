import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Forwarder, type ForwarderProps, type RouteTarget } from '../src/index.ts';

export const SOURCE = { account: '111111111111', region: 'us-west-2' };

/** A stack in the source account. */
export function sourceStack(env: Environment = SOURCE, app: App = new App()): Stack {
  return new Stack(app, 'Streams', { env });
}

/** A forwarder in a new stack. */
export function forwarderIn(props: ForwarderProps = {}, stack: Stack = sourceStack()): Forwarder {
  return new Forwarder(stack, 'Forwarder', props);
}

/** A target that gives no warning. */
export const READER: RouteTarget = {
  account: '222222222222',
  function: 'reader',
  invocation: 'request-response',
};

/** A stream with a name. */
export function orders(stack: Stack): Stream {
  return new Stream(stack, 'Orders', { streamName: 'orders' });
}
