import { randomBytes } from 'node:crypto';
import type { Credentials, Principal } from './principal.ts';

interface Entry {
  principal: Principal;
  credentials: Credentials;
}

/** Who holds which access key. */
export class AccessKeys {
  readonly #entries = new Map<string, Entry>();

  /** Long-term credentials, as of a user. */
  issue(principal: Principal): Credentials {
    return this.#add(principal, { accessKeyId: `AKIA${randomKey(16)}`, secretAccessKey: randomSecret() });
  }

  /** Credentials of a session. */
  issueSession(principal: Principal, expiresAt: number): Required<Credentials> {
    return this.#add(principal, {
      accessKeyId: `ASIA${randomKey(16)}`,
      secretAccessKey: randomSecret(),
      sessionToken: randomBytes(192).toString('base64'),
      expiresAt,
    });
  }

  find(accessKeyId: string): Entry | undefined {
    return this.#entries.get(accessKeyId);
  }

  #add<T extends Credentials>(principal: Principal, credentials: T): T {
    this.#entries.set(credentials.accessKeyId, { principal, credentials });
    return credentials;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function randomKey(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function randomSecret(): string {
  return randomBytes(30).toString('base64');
}
