import { MiB } from '../../main/base/limits.ts';
import { format, words } from '../locales/en.ts';

/** Up to how many bytes a payload is fetched without asking: what is offered. */
const offered = [0, 5 * MiB, 25 * MiB, 100 * MiB, 1024 * MiB];

/** The choices, with the current value among them whatever it is. */
export function limitChoices(current: number): readonly { readonly value: string; readonly label: string }[] {
  const all = [...new Set([...offered, current])].sort((a, b) => a - b);
  return all.map((bytes) => ({
    value: String(bytes),
    label: bytes === 0 ? words.settings.automaticNever : format.size(bytes),
  }));
}
