/** How a request is declared, and the schemas that several of them share. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';
import { fieldLimits } from './field-limits.ts';

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

export const id = z.string().min(1).max(fieldLimits.id);

export const identity = z.string().min(1).max(fieldLimits.identity);

export const repository = z.string().min(1).max(fieldLimits.repository);

export const attachmentToken = z.string().min(fieldLimits.tokenAtLeast).max(fieldLimits.token);

export const folderToken = z.string().min(fieldLimits.tokenAtLeast).max(fieldLimits.token);

/** A new passphrase: who has what it seals can try as many as they like. */
export const newPassphrase = z
  .string()
  .min(limits.passphraseCharacters)
  .max(limits.longestPassphraseCharacters);

export const pageSize = z.number().int().min(1).max(fieldLimits.pageRows);

export const registryHost = z.string().min(1).max(fieldLimits.host);

/** Characters of a text or a draft: no more than a chat message may have bytes. */
export const textCharacters = limits.textBytes;
