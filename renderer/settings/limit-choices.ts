import { format, words } from '../locales/en.ts';

const mebibyte = 1024 * 1024;
/** Up to how many bytes a payload is fetched without asking: what is offered. */
const offered = [0, 5 * mebibyte, 25 * mebibyte, 100 * mebibyte, 1024 * mebibyte];

/** The choices, with the current value among them whatever it is. */
export function limitChoices(current: number): readonly { readonly value: string; readonly label: string }[] {
  const all = [...new Set([...offered, current])].sort((a, b) => a - b);
  return all.map((bytes) => ({
    value: String(bytes),
    label: bytes === 0 ? words.settings.automaticNever : format.size(bytes),
  }));
}
