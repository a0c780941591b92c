import type { Credentials } from '../../src/iam/principal.ts';

/** For SDK clients. */
export interface AwsConfig {
  region: string;
  credentials: Credentials;
  endpoint?: string;
}
