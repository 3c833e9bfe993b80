import type { PlainBlob } from './sample-file.ts';

/** What one case is given, as JSON. */
export interface CaseInput {
  readonly host: string;
  /** The file that is sent. */
  readonly file: string;
  /** For what is received, and for the manifests of what was sent. */
  readonly folder: string;
  readonly blobs: readonly PlainBlob[];
  readonly parallel: number;
}

/** What one case measured. */
export interface CaseResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakResidentBytes: number;
  /** Milliseconds. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
}
