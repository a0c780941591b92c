import { isUsable, parseRoutes } from '@xacct/core';
import { stringify } from 'yaml';
import { CommandFailure } from '../terminal/command-failure.ts';
import { renderProblems } from '../terminal/problems.ts';
import type { FirstRoute } from './ask-route.ts';

/**
 * A routes file with one route and the comments that a first reader needs.
 *
 * @throws {CommandFailure} with every problem, when the route is not valid
 */
export function renderRoutesFile({
  sourceAccount,
  region,
  stream,
  account,
  function: name,
}: FirstRoute): string {
  const text = `# yaml-language-server: $schema=./node_modules/xacct/dist/routes.schema.json

source:
  account: "${sourceAccount}" # owns the streams, and runs the forwarder
  region: ${scalar(region)}

accounts: # names for target accounts, in quotes since an account ID may begin with 0
  analytics: "${account}"

# groups: # several accounts under one name: a target with "group: everyone" sends to all of them
#   everyone: [analytics]

routes:
  - stream: ${scalar(stream)}
    # batchSize: 500 # records in one invocation of the forwarder at the most
    targets:
      - account: analytics
        function: ${scalar(name)} # or name:alias, name:version
        # Waits for the function's result, so that it can report single records as failed. Without this line Lambda queues the
        # batch; the function then needs an on-failure destination of its own.
        invocation: request-response
        # onFailure: block # the stream waits for this function, in strict order; by default failed records are retried beside it
`;
  const { routes, problems } = parseRoutes(Buffer.from(text), 'routes.yaml');
  if (routes !== undefined && isUsable(problems)) return text;
  throw new CommandFailure(`${renderProblems(problems, text, process.stderr)}\nNothing is written`);
}

/** In quotes only where YAML needs them. */
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
