import { packageTests } from '../../vitest.base.ts';

export default packageTests('cli', { isolate: false, setupFiles: ['test/start-clean.ts'] });
