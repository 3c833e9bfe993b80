/** Which login goes with a repository: what the window may choose and what it may see. */
import { z } from 'zod';
import { fieldLimits } from './field-limits.ts';

/** A login that container tools have on this computer, as far as it may be shown. */
export interface ToolLogin {
  /** `other`: in a place that the person named by a variable. */
  readonly tool: 'docker' | 'podman' | 'other';
  /** Null: only a credential helper knows. */
  readonly username: string | null;
  /** Where it is kept, in words for a person. */
  readonly source: string;
}

/** A registry that container tools have a login for: where somebody may begin who has typed nothing yet. */
export interface ToolRegistry {
  /** `host[:port]`, or with the path that the login is for: a repository still has to be named below it. */
  readonly place: string;
  /** Null: only a credential helper knows. */
  readonly username: string | null;
  /** Where the login is kept, in words for a person. */
  readonly source: string;
}

/** `none`: no login was chosen here; one that is saved for the same host may be used all the same. */
export type AccountLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'container-tools' }
  | { readonly kind: 'password'; readonly username: string };

/** A login for a registry. The window may submit one and never receives one. */
export const credentialsSchema = z.strictObject({
  username: z.string().min(1).max(fieldLimits.username),
  password: z.string().min(1).max(fieldLimits.password),
});

/**
 * Which login goes with a repository. `container-tools`: the one that Docker or Podman has at the time; only this choice
 * is kept, and the tools are asked whenever the login is needed. `none`: nobody is to be logged in.
 */
export const loginChoiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('container-tools') }),
  credentialsSchema.extend({ kind: z.literal('password') }),
]);

export type LoginChoice = z.output<typeof loginChoiceSchema>;
