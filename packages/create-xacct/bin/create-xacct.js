#!/usr/bin/env node
// `npm create xacct FOLDER` is `xacct init FOLDER`, without the 200 MB that the other commands need.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `xacct needs Node.js 22.18 or later, this is ${process.versions.node}. Install a newer one\n`,
  );
  process.exit(2);
}
const { initCommand, runProgram } = await import('xacct/init');
await runProgram(
  initCommand('create-xacct').showHelpAfterError('Add --help for what is allowed.'),
  process.argv,
);
