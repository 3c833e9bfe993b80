/** How calls and events cross from one process to the other. */
import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { EngineEvent } from './events.ts';
import { fieldLimits } from './field-limits.ts';

/** What the window sends over the browser host's WebSocket: one call. `id` comes back with its answer. */
export const callFrameSchema = z.strictObject({
  id: z.number().int().min(0),
  method: z.string().max(fieldLimits.method),
  input: z.unknown(),
});

/** What the browser host sends over the WebSocket. */
export type HostFrame =
  { readonly id: number; readonly answer: Answer<unknown> } | { readonly event: EngineEvent };

/** Electron's channels between preload and main. The page cannot name them: it has the bridge's functions only. */
export type HostChannel =
  | 'dockercomms:call'
  | 'dockercomms:event'
  /** The path behind a dropped file or folder. */
  | 'dockercomms:attach-path'
  /** Content without a path: its name, then pieces, then the end, which answers; or giving up. */
  | 'dockercomms:attach-begin'
  | 'dockercomms:attach-piece'
  | 'dockercomms:attach-end'
  | 'dockercomms:attach-abort';
