/**
 * UUIDs (RFC 9562, section 4), as they stand in annotations.
 * Must-fail vectors: test/protocol/uuid.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The UUID in lower case, whatever its version. Throws `invalid` when `text` is none. */
export function parseUuid(text: string): string {
  const uuid = text.toLowerCase();
  if (!uuidPattern.test(uuid)) throw new DockerCommsError('invalid', 'This is not a UUID.');
  return uuid;
}
