/** How a request is declared, and the schemas that several of them share. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';

export interface RequestDefinition<Input extends z.ZodType, Output> {
  readonly input: Input;
  /** Exists for the type only. */
  readonly output?: Output;
}

export function request<Input extends z.ZodType>(input: Input) {
  return {
    returns: <Output>(): RequestDefinition<Input, Output> => ({ input }),
  };
}

export const nothing = z.strictObject({});

export const id = z.string().min(1).max(64);

export const identity = z.string().min(1).max(512);

export const repository = z.string().min(1).max(512);

export const attachmentToken = z.string().min(16).max(128);

export const folderToken = z.string().min(16).max(128);

export const pageSize = z.number().int().min(1).max(200);

export const registryHost = z.string().min(1).max(300);

/** Characters of a text or a draft: no more than a chat message may have bytes. */
export const textCharacters = limits.textBytes;
