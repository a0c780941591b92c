import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { bootstrap } from './accounts/bootstrap.ts';
import { ACCOUNTS, REGION, SOURCE, STREAMS } from './routes-file.ts';
import { type ForeignAws, startForeignAws } from './start-foreign-aws.ts';

/** Starts an AWS with the accounts of the repository's routes file: bootstrapped, but for some, and with the streams. */
export async function prepareAccounts(notBootstrapped: readonly string[] = []): Promise<ForeignAws> {
  const aws = await startForeignAws(REGION, ACCOUNTS);
  await bootstrap(
    aws,
    ACCOUNTS.filter((account) => !notBootstrapped.includes(account)),
  );
  for (const StreamName of STREAMS) {
    await aws.account(SOURCE).kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  }
  return aws;
}
