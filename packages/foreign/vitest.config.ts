import { packageTests } from '../../vitest.base.ts';

export default packageTests('foreign', { globalSetup: ['setup.ts'] });
