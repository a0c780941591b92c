import { packageTests } from '../../vitest.base.ts';

export default packageTests('cdk', { isolate: false, globalSetup: 'test/bundle-handler.ts' });
