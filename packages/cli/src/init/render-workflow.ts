import type { FirstRoute } from './ask-route.ts';
import { IN_CI, type PackageManager } from './package-manager.ts';

export const WORKFLOW_PATH = '.github/workflows/xacct.yml';

/** A workflow for GitHub: checks a pull request and comments what it would deploy; deploys what is merged. No keys are stored. */
export function renderWorkflow({ region }: Pick<FirstRoute, 'region'>, manager: PackageManager): string {
  const { install, exec } = IN_CI[manager];
  const pnpm =
    manager === 'pnpm' ? '\n      - uses: pnpm/action-setup@v4\n        with: { version: 12 }' : '';
  const setUp = `      - uses: actions/checkout@v4${pnpm}
      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: ${manager} }
      - run: ${install}`;
  const credentials = (role: string) => `      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: \${{ vars.${role} }}
          aws-region: ${region}`;
  return `# Two roles in the source account trust GitHub's OIDC provider, for this repository. Write their ARNs into the repository's
# variables: XACCT_DIFF_ROLE may read (what "xacct diff" needs), XACCT_DEPLOY_ROLE may assume the CDK's bootstrap roles.
name: xacct

on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

jobs:
  check:
    # GitHub gives a fork no identity.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
      pull-requests: write
    steps:
${setUp}
      - run: ${exec} xacct validate --strict
${credentials('XACCT_DIFF_ROLE')}
      - run: ${exec} xacct diff --json > diff.json
      - uses: actions/github-script@v7
        with:
          script: |
${indent(COMMENT_SCRIPT, 12)}

  deploy:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    environment: production
    # One deployment at a time; the next one waits.
    concurrency: xacct-deploy
    permissions:
      contents: read
      id-token: write
    steps:
${setUp}
${credentials('XACCT_DEPLOY_ROLE')}
      - run: ${exec} xacct deploy --yes
`;
}

/** Writes what changes as a comment, or replaces the comment of an earlier run. */
const COMMENT_SCRIPT = `const { readFileSync } = require('node:fs');
const { routes, others, unchangedRoutes } = JSON.parse(readFileSync('diff.json', 'utf8'));
const marks = { add: '+', update: '~', replace: '!', remove: '-' };
const lines = [
  ...routes.map(({ route, change, details }) => \`\${marks[change]} route \${route}: \${details.join('; ')}\`),
  ...others.map(({ name, change, details }) => \`\${marks[change]} stack \${name}: \${details.join('; ')}\`),
];
const mark = '<!-- xacct diff -->';
const what = lines.length === 0 ? 'Nothing changes.' : ['\`\`\`diff', ...lines, '\`\`\`'].join('\\n');
const body = \`\${mark}\\n### xacct diff\\n\\n\${what}\\n\\nRoutes that stay as they are: \${unchangedRoutes}\`;
const issue = { ...context.repo, issue_number: context.issue.number };
const comments = await github.paginate(github.rest.issues.listComments, issue);
const earlier = comments.find((comment) => comment.body.startsWith(mark));
if (earlier) await github.rest.issues.updateComment({ ...context.repo, comment_id: earlier.id, body });
else await github.rest.issues.createComment({ ...issue, body });`;

function indent(text: string, by: number): string {
  return text.replaceAll(/^/gm, ' '.repeat(by));
}
