import { enableCompileCache } from 'node:module';

// In JavaScript, so that a short command need not load the compiler: what is compiled once is kept by Node, the
// TypeScript of all other files included.
enableCompileCache();
const { run } = await import('../src/program.ts');
await run();
