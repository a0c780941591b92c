// Peak memory of a process that handles one event several times. In JavaScript, so that it loads no compiler.
const { readFileSync } = require('node:fs');

const { bundle, event, times } = JSON.parse(readFileSync(process.env.BENCH_INPUT, 'utf8'));
const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };

async function main() {
  const { handler } = require(bundle);
  for (let time = 0; time < times; time++) {
    // Parsed each time, as the runtime does.
    const response = await handler(JSON.parse(readFileSync(event, 'utf8')), context);
    if (response.batchItemFailures.length > 0) throw new Error('The handler reported records as failed');
  }
  process.send({ maxRssKB: process.resourceUsage().maxRSS }, () => process.exit());
}
void main();
