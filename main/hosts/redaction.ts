/**
 * Threat: a log is sent to somebody for help, and with it a password. Redacting known fields only (what loggers offer)
 * misses the field that nobody thought of, an address inside a sentence, a header inside an array. So the finished
 * line is searched instead: whatever produced it, this is the last thing before the disk.
 */
const secretName =
  '[^"\\\\]*(?:password|passphrase|passwd|secret|token|authorization|cookie|credential|apikey|api_key|private_?key)[^"\\\\]*';

const rules: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // "password":"…" as a field of the line, at any depth.
  [new RegExp(`"(${secretName})":"(?:[^"\\\\]|\\\\.)*"`, 'gi'), '"$1":"[redacted]"'],
  // "auth":["…", …] and "authorization":["…"].
  [new RegExp(`"(${secretName})":\\[[^\\]]*\\]`, 'gi'), '"$1":"[redacted]"'],
  // \"password\":\"…\": the same inside a quoted body.
  [
    new RegExp(`\\\\"(${secretName})\\\\"\\s*:\\s*\\\\"(?:[^"\\\\]|\\\\\\\\\\\\"|\\\\\\\\)*\\\\"`, 'gi'),
    '\\"$1\\":\\"[redacted]\\"',
  ],
  // Authorization: Basic … | Bearer …, also as a value of its own.
  [/\b(basic|bearer|negotiate)\s+[A-Za-z0-9+/._~=-]{4,}/gi, '$1 [redacted]'],
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"'<>@]+@/gi, '$1[redacted]@'],
  // ?token=…&sig=…: whatever a signed address carries.
  [
    /([?&;](?:[\w.-]*(?:token|secret|signature|password|credential|api_?key)[\w.-]*|sig|key|code|auth)=)[^&\s"'#\\]+/gi,
    '$1[redacted]',
  ],
];

/** One line of the log without what must not be kept. */
export function redact(line: string): string {
  return rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
