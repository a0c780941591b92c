#!/usr/bin/env node
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `xacct needs Node.js 22.18 or later, this is ${process.versions.node}. Install a newer one\n`,
  );
  process.exit(2);
}
// In JavaScript, so that a short command need not load the compiler: what is compiled once is kept by Node, the
// TypeScript of all other files included.
module.enableCompileCache();
const { run } = await import('../src/program.ts');
await run();
