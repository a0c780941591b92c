export { createApp, type RoutesAppProps } from './app.ts';
export { ForwarderStack, type ForwarderStackProps } from './forwarder-stack.ts';
export { bundleHandler, HANDLER } from './handler-bundle.ts';
export { RouteStack, type RouteStackProps } from './route-stack.ts';
export { type SynthesizedStack, synthesize } from './synthesize.ts';
export { TargetStack, type TargetStackProps } from './target-stack.ts';
