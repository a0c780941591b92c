import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Clients } from '../accounts/clients.ts';
import type { Template } from '../assembly/read-assembly.ts';
import { pythonCommand } from '../describe-foreign.ts';

const run = promisify(execFile);

export interface DeployedCode {
  /** Base64, as Lambda says it. */
  sha256: string;
  /** What is in the archive. */
  folder: string;
}

/** Gets what the one function of a stack was deployed from: the archive in the bucket for assets. */
export async function downloadCode(
  { cloudFormation, s3 }: Clients,
  StackName: string,
  under: string,
): Promise<DeployedCode> {
  const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
  const template: Template = JSON.parse(TemplateBody);
  const forwarder = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  const code = forwarder?.Properties.Code as { S3Bucket: string; S3Key: string } | undefined;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: code?.S3Bucket, Key: code?.S3Key }));
  const archive = (await Body?.transformToByteArray()) ?? new Uint8Array();

  const place = await mkdtemp(join(under, 'code-'));
  const file = join(place, 'code.zip');
  const folder = join(place, 'code');
  await writeFile(file, archive);
  await mkdir(folder);
  await run(pythonCommand('python'), ['-m', 'zipfile', '-e', file, folder]);
  return { sha256: createHash('sha256').update(archive).digest('base64'), folder };
}
