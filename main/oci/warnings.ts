/**
 * What registries warn of (OCI distribution specification 1.1, "Warnings"; RFC 9110, section 5.6.4).
 * Must-fail vectors: test/oci/warnings.test.ts.
 */

/** Characters of one warning that are kept: a sentence or two. */
const longestText = 300;
/** Of one answer; a registry has one or two things to say. */
const mostInAnAnswer = 5;
/** Different texts of one host that are remembered, and so told; what it says beyond them is not heard. */
const mostOfAHost = 20;
/** Hosts whose warnings are heard: more than anybody has registries; each of them keeps its texts in memory. */
const mostHosts = 64;
/** Characters of one header value that are read: all warnings that are heard fit, each five times as long as is shown. */
const longestValue = 8 * 1024;

/** One warning: its code is always 299 and its agent always `-`, then a quoted text (RFC 9110, section 5.6.4). */
const warning = /(?<![^\s,])299 - "((?:[^"\\]|\\.){0,2000})"/g;

/**
 * The texts in the `Warning` headers of an answer (distribution specification 1.1, "Warnings"). Attacker-controlled: each
 * comes back as one short line without control, bidirectional and other invisible characters; empty ones, and all but the
 * first few, are left out.
 */
export function parseWarnings(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  const texts: string[] = [];
  for (const value of [header].flat().slice(0, mostInAnAnswer)) {
    for (const [, quoted = ''] of asUtf8(value.slice(0, longestValue)).matchAll(warning)) {
      const text = oneLine(quoted.replaceAll(/\\(.)/gs, '$1'));
      if (text !== '') texts.push(text);
      if (texts.length === mostInAnAnswer) return texts;
    }
  }
  return texts;
}

/** HTTP hands headers on with one character for each byte; what is UTF-8 in truth is read as such. */
function asUtf8(value: string): string {
  if (/[^\0-\xff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

function oneLine(text: string): string {
  return text
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\s\p{Z}]+/gu, ' ')
    .replaceAll(/\p{C}/gu, '')
    .trim();
}

/** A warning of a registry, as it may be shown. */
export interface RegistryWarning {
  /** `host[:port]`. */
  readonly host: string;
  readonly text: string;
}

/** What registries warned of: each text of each host once ("clients SHOULD deduplicate"), and not without end. */
export class Warnings {
  readonly #heard = new Map<string, Set<string>>();
  readonly #onWarning: ((warning: RegistryWarning) => void) | undefined;

  /** `onWarning` is told of each the first time. */
  constructor(onWarning?: (warning: RegistryWarning) => void) {
    this.#onWarning = onWarning;
  }

  /** Takes down what an answer of `host` warns of, except texts that `isSecret`: some servers repeat what they are sent. */
  hear(host: string, header: string | string[] | undefined, isSecret: (text: string) => boolean): void {
    for (const whole of parseWarnings(header)) {
      if (!isSecret(whole)) this.#note(host, shortened(whole));
    }
  }

  /** What `host` warned of so far, in its order. */
  of(host: string): readonly string[] {
    return [...(this.#heard.get(host) ?? [])];
  }

  #note(host: string, text: string): void {
    const known = this.#heard.get(host) ?? new Set<string>();
    if (known.has(text) || known.size >= mostOfAHost) return;
    if (known.size === 0 && this.#heard.size >= mostHosts) return;
    this.#heard.set(host, known.add(text));
    this.#onWarning?.({ host, text });
  }
}

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= longestText ? text : `${characters.slice(0, longestText - 1).join('')}…`;
}
