import { accountId } from './routes-file.ts';

/** Faults of every kind at once, until `seconds` after the start; outages of some accounts and of services in between. */
export function faultsFile(seconds: number): string {
  const always = [
    'name: STS throttles, service: sts, throttle: 0.03',
    'name: Parameter Store throttles, service: ssm, throttle: 0.1',
    'name: streams throttle, service: kinesis, throttle: 0.02',
    'name: streams hang, service: kinesis, operation: GetRecords, hang: true, rate: 0.001',
    'name: Lambda throttles, service: lambda, throttle: 0.03',
    'name: Lambda is slow, service: lambda, latencyMs: { p50: 5, p99: 100 }',
    'name: SQS is slow, service: sqs, latencyMs: 20',
    'name: not ready, service: lambda, error: ENINotReadyException, rate: 0.02',
    'name: denied, service: lambda, error: AccessDeniedException, rate: 0.005',
    'name: calls hang, service: lambda, hang: true, rate: 0.002',
    'name: requests are lost, service: lambda, reset: request, rate: 0.02',
    'name: answers are lost, service: lambda, reset: answer, rate: 0.02',
    'name: parking fails, service: sqs, operation: SendMessage, error: ServiceUnavailable, rate: 0.1',
    'name: answers to parking are lost, service: sqs, operation: SendMessage, reset: answer, rate: 0.05',
    'name: batches come twice, duplicate: batch, rate: 0.02',
    'name: events come twice, duplicate: event, rate: 0.02',
    'name: messages come twice, duplicate: message, rate: 0.1',
    'name: processes are killed, kill: true, rate: 0.04',
  ].map((rule) => `  - { ${rule}, toSeconds: ${seconds} }`);
  const outages = [0, 1, 2, 3].map((index) => {
    const fromSeconds = (seconds * (index + 1)) / 8;
    const account = accountId(index * 5);
    return `  - { name: ${account} is out of order, service: lambda, account: "${account}", outage: true, fromSeconds: ${fromSeconds}, toSeconds: ${fromSeconds + seconds / 5} }`;
  });
  const [from, to] = [seconds / 3, seconds / 3 + Math.min(10, seconds / 8)];
  const sts = `  - { name: STS is out of order, service: sts, outage: true, fromSeconds: ${from}, toSeconds: ${to} }`;
  return `rules:\n${[...always, ...outages, sts].join('\n')}\n`;
}
