import { limits } from '../../main/base/limits.ts';
import { format, words } from '../locales/en.ts';

/** Bytes, as disks are sold. */
const gigabyte = 1_000_000_000;
/** Bytes that the registry of this computer may take: what is offered, the default and steps around it. */
const offered = [1 * gigabyte, 5 * gigabyte, limits.guestQuotaBytes, 100 * gigabyte];
const unlimited = 'unlimited';

/** A quota as a value of the list of choices, and back. */
export function quotaValue(bytes: number | null): string {
  return bytes === null ? unlimited : String(bytes);
}

export function quotaOf(value: string): number | null {
  return value === unlimited ? null : Number(value);
}

/** The choices, with the current value among them whatever it is. */
export function quotaChoices(
  current: number | null,
): readonly { readonly value: string; readonly label: string }[] {
  const sizes = [...new Set([...offered, ...(current === null ? [] : [current])])].sort((a, b) => a - b);
  return [
    ...sizes.map((bytes) => ({ value: quotaValue(bytes), label: format.size(bytes) })),
    { value: unlimited, label: words.localNetwork.unlimited },
  ];
}
