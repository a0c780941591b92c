import { enableCompileCache } from 'node:module';

// What is compiled once is kept beside Node's other caches: most of a short command's time is compiling.
enableCompileCache();
const { run } = await import('./program.ts');
await run();
