/** What the package `create-xacct` consists of. */
export { runProgram } from '../terminal/run-program.ts';
export { initCommand } from './command.ts';
