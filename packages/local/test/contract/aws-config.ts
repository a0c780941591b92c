import type { Credentials } from '../../src/principal.ts';

/** For SDK clients. */
export interface AwsConfig {
  region: string;
  credentials: Credentials;
  endpoint?: string;
}
