import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Trusts what npm trusts on this machine, here and in the processes that the tests start: a network may have certificates of its
 * own, which only npm's configuration names.
 *
 * @param cafile npm's setting; `null` where there is none
 */
export function trustCertificates(cafile: string): void {
  if (cafile === '' || cafile === 'null') return;
  process.env.NODE_EXTRA_CA_CERTS ??= cafile;
  setDefaultCACertificates([...getCACertificates(), readFileSync(cafile, 'utf8')]);
}
