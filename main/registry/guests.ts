/** The people who may come in over the network: a name each, and the hash of a password. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { replacePrivateFile } from '../vault/private-file.ts';
import { registryLimits } from './limits.ts';
import { hashPassword, isPassword, makePassword, passwordHashSchema, type PasswordHash } from './password.ts';

/** What a person is called here: part of an Authorization header, where a colon ends the name. */
const nameSchema = z
  .string()
  .max(limits.guestNameCharacters)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]*$/);

const guestSchema = z.strictObject({
  name: nameSchema,
  invitedAt: z.number(),
  password: passwordHashSchema,
});
const fileSchema = z.strictObject({
  version: z.literal(1),
  guests: z.array(guestSchema).max(registryLimits.guests),
});
type Guest = z.infer<typeof guestSchema>;

/** A person as they are listed. */
export interface InvitedPerson {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly invitedAt: number;
}

export interface Invitation {
  readonly name: string;
  /** Given out this once: only its hash is kept. */
  readonly password: string;
}

export class Guests {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #guests: Map<string, Guest>;
  /** Passwords that were found right, so that hashing is paid once and not by each request. Only in memory. */
  readonly #accepted = new Map<string, string>();
  readonly #key = randomBytes(32);
  /** What an unknown name is compared with: an answer must take as long as for a known one. */
  #nobody: Promise<PasswordHash> | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, clock: Clock, guests: readonly Guest[]) {
    this.#path = path;
    this.#clock = clock;
    this.#guests = new Map(guests.map((guest) => [guest.name, guest]));
  }

  /** Reads the list at `path`; none there: nobody was invited. Throws `storage` for one that cannot be read. */
  static async open(path: string, clock: Clock): Promise<Guests> {
    return new Guests(path, clock, await readGuests(path));
  }

  list(): readonly InvitedPerson[] {
    return [...this.#guests.values()].map(({ name, invitedAt }) => ({ name, invitedAt }));
  }

  /** A name and a new password for somebody. Throws `invalid`, and `conflict` for a name that is taken. */
  async invite(name: string): Promise<Invitation> {
    if (!nameSchema.safeParse(name).success) {
      throw new DockerCommsError('invalid', 'A name has letters, digits and . _ @ + - and no blanks.');
    }
    const password = makePassword();
    const guest = { name, invitedAt: this.#clock.now(), password: await hashPassword(password) };
    await this.#change(() => {
      if (this.#guests.has(name)) {
        throw new DockerCommsError(
          'conflict',
          `${name} has a password already. Revoke it to make a new one.`,
        );
      }
      if (this.#guests.size >= registryLimits.guests) {
        throw new DockerCommsError('too-large', `At most ${registryLimits.guests} people can be invited.`);
      }
      this.#guests.set(name, guest);
    });
    return { name, password };
  }

  /** From now on this password opens nothing. Throws `not-found`. */
  async revoke(name: string): Promise<void> {
    await this.#change(() => {
      if (!this.#guests.delete(name)) {
        throw new DockerCommsError('not-found', `Nobody of the name ${name} is invited.`);
      }
      this.#accepted.delete(name);
    });
  }

  /** Whether this password was found right before: costs nothing, so it may be asked of everybody. */
  knows(name: string, password: string): boolean {
    return this.#guests.has(name) && this.#accepted.get(name) === this.#mark(password);
  }

  /** Hashes and compares. Throws `TOOMANYREQUESTS` when too much of that is under way. */
  async accepts(name: string, password: string): Promise<boolean> {
    const guest = this.#guests.get(name);
    this.#nobody ??= hashPassword(makePassword());
    const right = await isPassword(password, guest?.password ?? (await this.#nobody));
    // Asked again: they may have been revoked meanwhile.
    if (!right || guest === undefined || this.#guests.get(name) !== guest) return false;
    this.#accepted.set(name, this.#mark(password));
    return true;
  }

  #mark(password: string): string {
    return createHmac('sha256', this.#key).update(password).digest('base64');
  }

  /** One change after the other, and each on the disk before it counts as made. */
  #change(change: () => void): Promise<void> {
    const turn = this.#writing.then(async () => {
      const before = new Map(this.#guests);
      change();
      const guests = [...this.#guests.values()];
      try {
        await replacePrivateFile(this.#path, `${JSON.stringify({ version: 1, guests }, null, 2)}\n`);
      } catch (error) {
        this.#restore(before);
        throw error;
      }
    });
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  #restore(before: ReadonlyMap<string, Guest>): void {
    this.#guests.clear();
    for (const [name, guest] of before) this.#guests.set(name, guest);
  }
}

async function readGuests(path: string): Promise<readonly Guest[]> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8'))).guests;
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return [];
    // Not as an empty list: that would be written over what is there at the next change.
    throw new DockerCommsError('storage', 'The list of invited people cannot be read.', { cause });
  }
}
