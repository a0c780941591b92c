#!/usr/bin/env node
/**
 * Stands in for the CDK CLI: writes its arguments to a file, a line each, puts the stack into the tests' server as it is in
 * the assembly, or does what FAKE_CDK says: `{ "<stack>": "<what it writes before it fails>" }`, `"wait"` until it is
 * interrupted, `"review"` to leave a change set that nobody executes, or `"nothing"`; both of these end with 0.
 */
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_CDK_LOG, `${JSON.stringify(args)}\n`);
const [command, stack] = args;
const told = JSON.parse(process.env.FAKE_CDK ?? '{}')[stack];
if (command === 'diff') {
  console.log('Stack xacct-route-orders: what cdk diff says');
} else if (told === 'wait') {
  console.error(`${stack}: deploying...`);
  setInterval(() => {}, 1000);
} else if (told !== undefined && told !== 'review' && told !== 'nothing') {
  console.error(`${stack}: deploying...\n${told}`);
  process.exitCode = 1;
} else {
  if (told !== 'nothing') await put(told === 'review' ? 'REVIEW_IN_PROGRESS' : 'UPDATE_COMPLETE');
  console.error(` ✅  ${stack}`);
}

async function put(status) {
  const folder = args[args.indexOf('--app') + 1];
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { environment, properties } = read('manifest.json').artifacts[stack];
  const [account, region] = environment.replace('aws://', '').split('/');
  const template = read(properties.templateFile);
  const triggers = args[args.indexOf('--rollback-trigger-alarm-arns') + 1];
  const isWatched = args.includes('--rollback-trigger-alarm-arns') && triggers !== 'none';
  const sent = { name: stack, account, region, tags: properties.tags, template, status, isWatched };
  // Half of the time of `fetch`, which Node loads first.
  const posting = request(`${process.env.AWS_ENDPOINT_URL}/deploy`, { method: 'POST' });
  const [{ statusCode }] = await once(posting.end(JSON.stringify(sent)), 'response');
  if (statusCode !== 200) throw new Error('The server of the test does not take stacks');
  posting.destroy();
}
