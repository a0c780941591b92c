import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assumeRole, type Session } from './accounts/assume-role.ts';
import { type Clients, createClients } from './accounts/clients.ts';
import { type Gateway, startGateway } from './moto/start-gateway.ts';
import { startMoto } from './moto/start-moto.ts';

export interface ForeignAws {
  region: string;
  gateway: Gateway;
  /** Clients of each account, as its administrator. */
  accounts: ReadonlyMap<string, Clients>;
  /** @throws for an account that is none of these */
  account(id: string): Clients;
  /** A folder for the commands that are run here, also as the home of their user; gone at the end. */
  folder: string;
  /** What a command is given that an administrator of an account starts: nothing else of the shell that runs the tests. */
  environment(account: string): NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Starts moto, with some accounts in one region. They are empty: not even bootstrapped. */
export async function startForeignAws(region: string, accountIds: readonly string[]): Promise<ForeignAws> {
  const moto = await startMoto();
  const gateway = await startGateway(moto.port);
  const { endpoint } = gateway;
  const folder = await mkdtemp(join(tmpdir(), 'xacct-foreign-'));
  const sessions = new Map<string, Session>();
  const accounts = new Map<string, Clients>();
  for (const id of accountIds) {
    const session = await assumeRole(endpoint, region, `arn:aws:iam::${id}:role/administrator`);
    sessions.set(id, session);
    accounts.set(id, createClients(endpoint, region, session));
  }
  return {
    region,
    gateway,
    accounts,
    account: (id) => known(accounts, id),
    folder,
    environment: (account) => ({
      ...known(sessions, account).variables,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      // Or the CDK reports its use over the network.
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      HOME: folder,
      PATH: process.env.PATH,
    }),
    async close() {
      for (const clients of accounts.values()) {
        for (const client of Object.values(clients)) client.destroy();
      }
      await gateway.close();
      await moto.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function known<T>(accounts: ReadonlyMap<string, T>, id: string): T {
  const found = accounts.get(id);
  if (found === undefined) {
    throw new Error(`Account ${id} is none of this AWS, expected one of ${[...accounts.keys()].join(', ')}`);
  }
  return found;
}
