import { packageTests } from '../../vitest.base.ts';

// Files share processes, so that the CDK is loaded once in each.
export default packageTests('infra', { isolate: false, globalSetup: ['test/temporary-folder.ts'] });
