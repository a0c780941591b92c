import { parseArgs } from 'node:util';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { putRecords } from './put-records.ts';

// node examples/producer.ts --stream orders --records 100
// AWS's own environment variables set account and region. AWS_ENDPOINT_URL selects the local AWS.

const { values } = parseArgs({
  options: {
    stream: { type: 'string', default: 'orders' },
    records: { type: 'string', default: '10' },
  },
});
const count = Number(values.records);
if (!Number.isInteger(count) || count < 1)
  throw new Error(`--records: expected a whole number, got ${values.records}`);

const kinesis = new KinesisClient();
const orders = Array.from({ length: count }, (_, index) => ({
  id: `order-${index + 1}`,
  customer: `customer-${index % 7}`,
  cents: 100 + ((index * 37) % 900),
}));
await putRecords(kinesis, values.stream, orders, ({ customer }) => customer);
kinesis.destroy();
console.log(`${count} records put on ${values.stream}`);
