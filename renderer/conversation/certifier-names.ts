import type { CertifierView } from '../../preload/contract/people.ts';
import { words } from '../locales/en.ts';
import { addressOf } from '../ui/address.ts';

/** Who they are and who says so, in one line. */
export function certifierNames(certifiers: readonly CertifierView[]): string {
  const { name, and } = words.trust.certification;
  return certifiers.map(({ subject, issuer }) => name(subject, addressOf(issuer))).join(and);
}
