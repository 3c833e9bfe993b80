import { z } from 'zod';
import type { LocalNetworkView } from '../../preload/contract/local-network.ts';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../oci/reference.ts';
import type { EngineContext } from './context.ts';
import type { EmbeddedNetwork } from './engine.ts';
import { errorView } from './errors.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';

/** The mailbox that everybody on the embedded registry shares, as with v1. */
export const embeddedMailbox = 'mail';

const factName = 'local-network';
/** Tried first, so that an address is easy to hand on; unassigned as far as people use it. */
const usualPort = 5443;

const choiceSchema = z.object({
  open: z.boolean(),
  /** What was handed out in addresses. */
  port: z.number().int().nullable(),
  quotaBytes: z.number().int().nullable(),
});
type Choice = z.infer<typeof choiceSchema>;

type Parts = Pick<EngineContext, 'embeddedRegistry' | 'store' | 'events' | 'logger'>;

/** Whether the registry of this computer can be reached by people on the same network. Off until somebody says so. */
export class LocalNetwork {
  readonly #parts: Parts;
  #failure: ErrorView | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Opens what was open before; the registry runs. Never fails: the status tells. */
  async resume(): Promise<void> {
    const choice = this.#choice();
    if (!choice.open || this.#network().state() !== null) return;
    await this.#open(choice).catch((error: unknown) => {
      this.#parts.logger.error({ err: error }, 'the registry could not be opened to the network');
    });
  }

  status(): LocalNetworkView {
    const network = this.#network();
    const { open, quotaBytes } = this.#choice();
    const state = network.state();
    return {
      state: state !== null ? 'open' : open ? 'failed' : 'closed',
      error: state === null && open ? this.#failure : null,
      addresses: this.addresses(),
      fingerprint: state?.fingerprint ?? null,
      certificateExpiresAt: state?.certificateExpiresAt ?? null,
      people: network.people(),
      usedBytes: network.usedBytes(),
      quotaBytes,
    };
  }

  /** Where others write to an account of this computer, the likeliest first; empty while nobody can. */
  addresses(): readonly string[] {
    const hosts = this.#parts.embeddedRegistry?.network.state()?.hosts ?? [];
    return hosts.map((host) => canonical(`${host}/${embeddedMailbox}`));
  }

  /** Fails `conflict` while the registry does not run, and when the port that was handed out is taken. */
  async open(quotaBytes: number | null): Promise<LocalNetworkView> {
    const choice = { ...this.#choice(), open: true, quotaBytes };
    await this.#open(choice);
    return this.status();
  }

  async close(): Promise<LocalNetworkView> {
    await this.#network().close();
    this.#remember({ ...this.#choice(), open: false });
    return this.status();
  }

  /** The last account of this computer is gone. */
  async closeIfOpen(): Promise<void> {
    if (this.#choice().open) await this.close();
  }

  /** The only time that this password is told. Fails `invalid`, `conflict`. */
  async invite(name: string): Promise<{ readonly name: string; readonly password: string }> {
    const invitation = await this.#network().invite(name);
    this.#changed();
    return invitation;
  }

  async revoke(name: string): Promise<void> {
    await this.#network().revoke(name);
    this.#changed();
  }

  async #open(choice: Choice): Promise<void> {
    try {
      const port = await this.#listen(choice);
      this.#failure = null;
      this.#remember({ ...choice, port });
    } catch (error) {
      this.#failure = errorView(error);
      throw error;
    }
  }

  /** A port that was handed out stays: another one would be another registry to everybody who has the address. */
  async #listen({ port, quotaBytes }: Choice): Promise<number> {
    const network = this.#network();
    const listen = async (wanted: number) =>
      (await network.open({ port: wanted, repository: embeddedMailbox, quotaBytes })).port;
    if (port !== null) return listen(port);
    return listen(usualPort).catch((error: unknown) => {
      if (error instanceof DockerCommsError && error.code === 'conflict') return listen(0);
      throw error;
    });
  }

  #network(): EmbeddedNetwork {
    const { embeddedRegistry } = this.#parts;
    if (embeddedRegistry === null) {
      throw new DockerCommsError('unsupported', 'This program brings no registry of its own.');
    }
    return embeddedRegistry.network;
  }

  #choice(): Choice {
    const parsed = choiceSchema.safeParse(this.#parts.store.facts.get(factName));
    // Closed is what holds in doubt.
    return parsed.success ? parsed.data : { open: false, port: null, quotaBytes: limits.guestQuotaBytes };
  }

  #remember(choice: Choice): void {
    this.#parts.store.facts.set(factName, choice);
    this.#changed();
  }

  #changed(): void {
    this.#parts.events.emit({ type: 'accounts.changed' });
  }
}

function canonical(repository: string): string {
  return formatRepositoryReference(parseRepositoryReference(repository));
}
