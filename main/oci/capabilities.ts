import type { Clock } from '../base/clock.ts';
import { isDockerCommsError } from '../base/errors.ts';

/** What registries differ in, where only using them shows what they do. */
export const capabilityNames = [
  /** A tag listing begins after `last`. */
  'last',
  /** A tag listing keeps to the page size `n`. */
  'paging',
  /** The referrers API. */
  'referrers',
  /** A blob in one request: POST with its digest. */
  'single-post',
  /** A blob in pieces: several PATCH requests, then PUT. */
  'chunked-upload',
  /** A blob taken over from another repository of the same registry. */
  'mount',
  'delete-manifest',
  'delete-tag',
  'delete-blob',
  /** Manifests with `"layers": []`. */
  'empty-layers',
  /** Manifests with an artifact type of their own. */
  'artifact-types',
  /** A tag may be moved to another manifest. */
  'tag-overwrite',
] as const;

export type Capability = (typeof capabilityNames)[number];

/** One thing learnt: an answer proved it at this time (milliseconds). */
export interface Learnt {
  readonly works: boolean;
  readonly at: number;
}

/** Where what was learnt of one repository is kept from one run to the next. Must not throw. */
export interface CapabilityMemory {
  read(name: Capability): Learnt | null;
  write(name: Capability, learnt: Learnt): void;
}

export interface CapabilityReport {
  readonly state: 'yes' | 'no' | 'unknown';
  /** When an answer last proved it, milliseconds; also of a `no` that is doubted by now, which is `unknown`. */
  readonly learntAt: number | null;
}

const day = 86_400_000;
/** Registries get upgraded: what did not work is tried again after this time. */
const doubtAfter = 7 * day;
/** Sooner where believing an outdated `no` would hide something from a person. */
const sooner: Partial<Record<Capability, number>> = { referrers: day };
/** What is proved again and again is written down again only after this time. */
const refreshAfter = day / 24;

/**
 * What works in one repository, learnt from answers that prove it: a success, or a refusal that says so itself. An
 * error that may have any other reason (a cut, a 500, a login, a proxy's page) teaches nothing.
 */
export class Capabilities {
  readonly #memory: CapabilityMemory;
  readonly #clock: Clock;

  constructor(clock: Clock, memory: CapabilityMemory = rememberedHere()) {
    this.#clock = clock;
    this.#memory = memory;
  }

  /** What is known of `name` now. */
  report(name: Capability): CapabilityReport {
    const learnt = this.#memory.read(name);
    if (learnt === null) return { state: 'unknown', learntAt: null };
    const doubted = !learnt.works && this.#clock.now() - learnt.at > (sooner[name] ?? doubtAfter);
    const state = learnt.works ? 'yes' : doubted ? 'unknown' : 'no';
    return { state, learntAt: learnt.at };
  }

  /** True when it is known to work. */
  has(name: Capability): boolean {
    return this.report(name).state === 'yes';
  }

  /** True when it is known not to work: not worth trying. */
  lacks(name: Capability): boolean {
    return this.report(name).state === 'no';
  }

  /** Takes down what an answer has just proved. */
  learn(name: Capability, works: boolean): void {
    const at = this.#clock.now();
    const known = this.#memory.read(name);
    if (known?.works === works && at - known.at < refreshAfter) return;
    this.#memory.write(name, { works, at });
  }

  /** Runs `operation`: its success proves `name`, and so does a refusal that says that it is not supported. */
  async learnFrom<T>(name: Capability, operation: () => Promise<T>): Promise<T> {
    try {
      const result = await operation();
      this.learn(name, true);
      return result;
    } catch (error) {
      if (saysUnsupported(error)) this.learn(name, false);
      throw error;
    }
  }
}

/**
 * True when the answer behind `error` says that there is no such operation: 405, 501, or the distribution
 * specification's code UNSUPPORTED. The words "not found" do not say so, and neither does a 403.
 */
export function saysUnsupported(error: unknown): boolean {
  if (!isDockerCommsError(error, 'unsupported')) return false;
  const { status, registryCodes } = error.detail;
  if (status === 405 || status === 501) return true;
  return typeof registryCodes === 'string' && registryCodes.split(' ').includes('UNSUPPORTED');
}

/** For this object's life only. */
function rememberedHere(): CapabilityMemory {
  const known = new Map<Capability, Learnt>();
  return {
    read: (name) => known.get(name) ?? null,
    write: (name, learnt) => void known.set(name, learnt),
  };
}
