/**
 * The reference's flags are Go flags: `--sign=false` is how a boolean is switched off there. Commander knows `--no-sign`
 * only, so boolean flags with a value are rewritten before it sees them.
 */
const booleanFlags = new Set([
  'sign',
  'verify',
  'write-receipt',
  'include-expired',
  'all',
  'receipts',
  'verified',
  'json',
]);

/** `--sign=false` → `--no-sign`, `--json=true` → `--json`; everything else, and everything after `--`, unchanged. */
export function normaliseBooleanFlags(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const rest = end === -1 ? [] : args.slice(end);
  return [...options.map(normaliseFlag), ...rest];
}

function normaliseFlag(argument: string): string {
  const match = /^--(?<name>[a-z-]+)=(?<value>true|false|1|0|t|f)$/iu.exec(argument);
  const name = match?.groups?.name;
  if (name === undefined || !booleanFlags.has(name)) return argument;
  const on = /^(?:true|1|t)$/iu.test(match?.groups?.value ?? '');
  return on ? `--${name}` : `--no-${name}`;
}
