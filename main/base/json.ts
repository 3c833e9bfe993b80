/**
 * JSON (RFC 8259) from anywhere.
 * Must-fail vectors: test/base/json.test.ts.
 */

/** The document in `content` (bytes in UTF-8); undefined, which no schema takes, for what is none: the parser's own error quotes it. */
export function readJson(content: string | Uint8Array): unknown {
  try {
    const text =
      typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content);
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
