// The function of all scenarios: tells a queue what it got, then does what the records tell it to.
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const timesSeen = new Map();
let told = 0;

exports.handler = async (event) => {
  const records = (event.Records ?? [event]).map((record) => {
    const content = read(record);
    const key = `${record.eventSourceARN} ${content.id}`;
    return { ...content, key, number: numberOf(record), queueUrl: queueUrlOf(record) };
  });
  for (const { key } of records) timesSeen.set(key, (timesSeen.get(key) ?? 0) + 1);
  const text = JSON.stringify(event);
  const first = event.Records?.[0] ?? event;
  const body = {
    at: Date.now(),
    order: told++,
    source: first.eventSourceARN,
    ids: records.map(({ id }) => id),
    bytes: Buffer.byteLength(text),
    first: text.length < 100_000 ? first : undefined,
  };
  await sqs.send(
    new SendMessageCommand({ QueueUrl: process.env.SEEN_QUEUE, MessageBody: JSON.stringify(body) }),
  );

  for (const { id, again, queueUrl } of records.filter((record) => record.again > 0)) {
    const MessageBody = JSON.stringify({ id, again: again - 1 });
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  }

  // Up to so many times: what the process remembers is gone with it.
  const toldTo = (what) => records.filter((record) => timesSeen.get(record.key) <= Number(record[what] ?? 0));
  if (toldTo('exit').length > 0) process.exit(1);
  if (toldTo('throw').length > 0) throw new Error('told to');
  const answering = records.find((record) => 'answer' in record);
  if (answering) return answering.answer;
  return { batchItemFailures: toldTo('report').map(({ number }) => ({ itemIdentifier: number })) };
};

function read({ kinesis, dynamodb, body, ...rest }) {
  if (body) return JSON.parse(body);
  if (kinesis) return JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
  return dynamodb ? JSON.parse(dynamodb.NewImage.data.S) : rest;
}

/** The queue that a message came from. */
function queueUrlOf({ eventSource, eventSourceARN }) {
  if (eventSource !== 'aws:sqs') return undefined;
  const [, , , region, account, name] = eventSourceARN.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

function numberOf({ kinesis, dynamodb, messageId }) {
  return kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber ?? messageId;
}
