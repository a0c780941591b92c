import { randomBytes } from 'node:crypto';
import type { Credentials, Principal } from '../iam/principal.ts';

interface Entry {
  principal: Principal;
  credentials: Credentials;
}

/** For so long a caller with an expired session is told that it is expired; later it is unknown. */
const KEPT_AFTER_EXPIRY_MS = 3_600_000;
/** Keys that are held before the expired ones among them are looked for. */
const FIRST_LOOK = 1_000;

/** Who holds which access key. */
export class AccessKeys {
  readonly #entries = new Map<string, Entry>();
  #nextLook = FIRST_LOOK;

  /** Long-term credentials, as of a user. */
  issue(principal: Principal): Credentials {
    return this.#add(principal, { accessKeyId: `AKIA${randomKey(16)}`, secretAccessKey: randomSecret() });
  }

  /**
   * Credentials of a session. Those that expired long ago are forgotten, so that a long run does not fill the memory.
   *
   * @param now epoch ms
   */
  issueSession(principal: Principal, expiresAt: number, now: number): Required<Credentials> {
    if (this.#entries.size >= this.#nextLook) this.#forgetExpired(now);
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

  #forgetExpired(now: number): void {
    for (const [accessKeyId, { credentials }] of this.#entries) {
      const { expiresAt = Number.POSITIVE_INFINITY } = credentials;
      if (expiresAt + KEPT_AFTER_EXPIRY_MS <= now) this.#entries.delete(accessKeyId);
    }
    this.#nextLook = Math.max(FIRST_LOOK, 2 * this.#entries.size);
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
