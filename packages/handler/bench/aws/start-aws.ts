import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { type AwsControl, controlAws } from './control.ts';

export interface Ready {
  /** One port a service, so that each has connections of its own, as at AWS. */
  ports: Record<'ssm' | 'sts' | 'lambda' | 'sqs', number>;
  controlPort: number;
}

export interface Aws extends AwsControl {
  /** What a process needs in its environment to take this for AWS. */
  environment: Record<string, string>;
  process: ChildProcess;
}

/** Servers over TLS in a process of their own, with a certificate made for this run. */
export async function startAws(folder: string): Promise<Aws> {
  // RSA with 2,048 bits, as AWS's endpoints have it: a new connection costs what it costs there.
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const file = join(folder, 'certificate.pem');
  writeFileSync(file, certificate.cert);

  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)));
  const { promise, resolve, reject } = Promise.withResolvers<Ready>();
  child.once('message', (message) => resolve(message as Ready));
  child.once('exit', (code) => reject(new Error(`The servers ended with ${code}`)));
  child.send({ key: certificate.private, cert: certificate.cert });
  const { ports, controlPort } = await promise;

  const url = (service: keyof Ready['ports']) => `https://127.0.0.1:${ports[service]}`;
  return {
    ...controlAws(controlPort),
    process: child,
    environment: {
      AWS_ENDPOINT_URL_SSM: url('ssm'),
      AWS_ENDPOINT_URL_STS: url('sts'),
      AWS_ENDPOINT_URL_LAMBDA: url('lambda'),
      AWS_ENDPOINT_URL_SQS: url('sqs'),
      NODE_EXTRA_CA_CERTS: file,
      BENCH_CONTROL_PORT: String(controlPort),
    },
  };
}
