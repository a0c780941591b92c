import { packageTests } from '../../vitest.base.ts';

export default packageTests('handler', { isolate: false, setupFiles: ['test/no-secrets-in-logs.ts'] });
