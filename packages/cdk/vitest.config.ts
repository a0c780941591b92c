import { packageTests } from '../../vitest.base.ts';

export default packageTests('cdk', { globalSetup: 'test/bundle-handler.ts' });
