import { packageTests } from '../../vitest.base.ts';

export default packageTests('handler', { setupFiles: ['test/no-secrets-in-logs.ts'] });
