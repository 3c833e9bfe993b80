/** How SQLite's values become ours: it has no booleans and no documents. */
import { z } from 'zod';

/** 0 or 1. */
export const flag = z.number().transform((value) => value !== 0);

/** A document kept as JSON text; what comes back is checked like anything from outside. */
export function jsonColumn<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
