export { type SynthesizedStack, synthesize } from './synthesize.ts';
