// A whole cold process: load a bundle, forward one event. In JavaScript, so that it loads no compiler.
const { readFileSync } = require('node:fs');

const [bundle, event] = process.argv.slice(2);
const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };
require(bundle)
  .handler(JSON.parse(readFileSync(event, 'utf8')), context)
  .then((response) => process.exit(response?.batchItemFailures.length ? 1 : 0));
