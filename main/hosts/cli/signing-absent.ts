/**
 * What the command line says while this version can neither sign nor verify. The flags exist, because scripts written
 * for a v1 peer pass them; asking for a proof must never quietly yield none.
 */
import { DockerCommsError } from '../../base/errors.ts';

export function refuseSigning(): never {
  throw new DockerCommsError(
    'unsupported',
    'This version cannot sign yet. Leave out --sign, or pass --no-sign.',
  );
}

export function refuseVerifying(): never {
  throw new DockerCommsError(
    'unsupported',
    'This version cannot verify signatures yet. Leave out --verify and --trusted-root, or pass --no-verify.',
  );
}

export function verify(): never {
  throw new DockerCommsError('unsupported', 'This version cannot verify signatures yet.');
}
