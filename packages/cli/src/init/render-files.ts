import type { FirstRoute } from './ask-route.ts';
import type { PackageManager } from './package-manager.ts';

/** What need not be in a repository: packages, what commands write. */
export const IGNORED = ['node_modules/', 'cdk.out/', '.xacct/'];

/** The scripts of package.json, which are the same for every package manager. */
export const SCRIPTS = {
  validate: 'xacct validate',
  demo: 'xacct demo',
  local: 'xacct local --functions functions',
  diff: 'xacct diff',
  deploy: 'xacct deploy',
};

export function renderReadme(name: string, manager: PackageManager): string {
  return `# ${name}

\`routes.yaml\` routes streams of one AWS account to functions in others, with [xacct](https://www.npmjs.com/package/xacct).

\`\`\`sh
${manager} run validate   # checks routes.yaml
${manager} run demo       # runs the routes in a local AWS, and accounts for every record
${manager} run local      # runs them until you stop it, with your functions from functions/
${manager} run diff       # shows what a deployment would change
${manager} run deploy     # deploys what differs; needs aws-cdk: it prints how to install it
\`\`\`
`;
}

/** Path of the sample of the target function, without alias or version. */
export function samplePath({ function: name }: FirstRoute): string {
  return `functions/${name.split(':')[0]}.mjs`;
}

export function renderSample({ function: name, account }: FirstRoute, manager: PackageManager): string {
  return `/**
 * Runs in place of the function ${name} of account ${account}, while "${manager} run local" does. It gets the records of the
 * stream as if it were subscribed to it, and gets those again that it reports as failed.
 */
export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { eventID, kinesis } of Records) {
    try {
      const order = JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
      console.log(\`\${eventID}: \${Object.keys(order).join(', ')}\`);
    } catch {
      batchItemFailures.push({ itemIdentifier: kinesis.sequenceNumber });
    }
  }
  return { batchItemFailures };
}
`;
}
