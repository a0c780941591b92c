export const SOURCE = '111111111111';
const REGION = 'us-west-2';

/** What the routes differ in, in turns. */
const KINDS = [
  'invocation: event',
  'invocation: request-response',
  'invocation: request-response, onFailure: block',
  'invocation: event, filter: { data: { kind: [even] } }',
];

/** A routes file in which every account is a target of one route. */
export function routesFile(routeCount: number, accountCount: number): string {
  const perRoute = Math.ceil(accountCount / routeCount);
  const routes = Array.from({ length: routeCount }, (_, route) => {
    const targets = Array.from({ length: perRoute }, (_, target) => {
      return `      - { account: "${accountId(route * perRoute + target)}", function: reader, ${KINDS[route % KINDS.length]} }`;
    });
    const parallel = route % 5 === 0 ? '    parallelizationFactor: 2\n' : '';
    return `  - stream: stream-${route}\n${parallel}    targets:\n${targets.join('\n')}\n`;
  });
  // What hangs is over sooner than with a minute, and what a killed process held is visible again after 90 s.
  const forwarders = 'forwarders: { default: { timeoutSeconds: 15 } }\n';
  return `source: { account: "${SOURCE}", region: ${REGION} }\n${forwarders}routes:\n${routes.join('')}`;
}

export function accountId(index: number): string {
  return String(200_000_000_000 + index);
}
