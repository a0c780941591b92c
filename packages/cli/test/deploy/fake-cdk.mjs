#!/usr/bin/env node
/**
 * Stands in for the CDK CLI: writes its arguments to a file, a line each, and does with a stack what FAKE_CDK says:
 * `{ "<stack>": "<what it writes before it fails>" }`, or `"wait"` until it is interrupted.
 */
import { appendFileSync } from 'node:fs';

const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_CDK_LOG, `${JSON.stringify(args)}\n`);
const [command, stack] = args;
const told = JSON.parse(process.env.FAKE_CDK ?? '{}')[stack];
if (command === 'diff') {
  console.log('Stack xacct-route-orders: what cdk diff says');
} else if (told === 'wait') {
  console.error(`${stack}: deploying...`);
  setInterval(() => {}, 1000);
} else if (told !== undefined) {
  console.error(`${stack}: deploying...\n${told}`);
  process.exitCode = 1;
} else {
  console.error(` ✅  ${stack}`);
}
