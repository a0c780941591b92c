import { SignatureV4 } from './signature-v4.ts';

/** Stands for `@aws-sdk/signature-v4-multi-region` with none of the packages installed that sign for many regions. */
export class SignatureV4MultiRegion extends SignatureV4 {
  static sigv4aDependency(): 'none' {
    return 'none';
  }
}
