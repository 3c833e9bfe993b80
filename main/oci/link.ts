/**
 * The header `Link` (RFC 8288).
 * Must-fail vectors: test/oci/parsing.test.ts.
 */
import { limits } from '../base/limits.ts';

const linkValue = /<([^<>]*)>((?:[^,<"]|"[^"]*")*)/g;

/**
 * The target of the first link with `rel="next"` (RFC 8288), resolved against `base`; null when there is none.
 * Attacker-controlled: the caller checks where it leads.
 */
export function nextLink(header: string | readonly string[] | undefined, base: URL): URL | null {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  for (const [, target = '', parameters = ''] of text.slice(0, limits.headerCharacters).matchAll(linkValue)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i.test(parameters)) continue;
    if (URL.canParse(target, base)) return new URL(target, base);
  }
  return null;
}
