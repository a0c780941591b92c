import { describeBesideSdk } from '../services-beside-sdk.ts';

describeBesideSdk('a service', () => import('../bundle/services.ts'));
