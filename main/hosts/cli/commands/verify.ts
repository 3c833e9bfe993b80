import { parseDigest } from '../../../base/digest.ts';
import { isDockerCommsError, toDockerCommsError } from '../../../base/errors.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { parseMessageManifest } from '../../../protocol/message.ts';
import type { EvidencePlace } from '../../../trust/candidates.ts';
import { Authorship, type BelieveOptions, describeSigner } from '../authorship.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';
import { describeError, printable } from '../terminal.ts';

export interface VerifyOptions extends RepositoryChoice, BelieveOptions {
  readonly digest: string;
  readonly bundle: 'auto' | 'referrers' | 'tag';
  readonly json: boolean;
}

/**
 * `dockercomms verify`: says who signed a message. Ends with 2 when that is not who it should be, or nobody; with 5 when
 * there is no such message.
 */
export async function verify(context: CliContext, options: VerifyOptions): Promise<ExitCode> {
  const repository = await context.repository(options);
  const { bytes, digest } = await repository.fetchManifest(parseDigest(options.digest), context.signal);
  const message = parseMessageManifest(bytes);
  const { sender } = message;
  const place = placeOf(repository, options.bundle);
  const authorship = await Authorship.open(context, repository, { believe: options, place });
  const print = (json: object, text: string) =>
    context.terminal.out(options.json ? JSON.stringify({ digest, sender, ...json }) : text);
  try {
    const by = await authorship.asOnlooker(message, bytes);
    print({ verified: true, signedBy: by, reason: null }, `From ${printable(sender)}: ${describeSigner(by)}`);
    return exitCodes.success;
  } catch (thrown) {
    if (!isDockerCommsError(thrown, 'untrusted') && !isDockerCommsError(thrown, 'verification-failed'))
      throw thrown;
    const error = toDockerCommsError(thrown);
    const reason = describeError(error);
    if (options.json) print({ verified: false, signedBy: null, reason: `${error.code}: ${reason}` }, '');
    else context.terminal.err(`Not proven to be from ${printable(sender)}: ${reason}`);
    return exitCodeOf(error);
  }
}

/** Where signatures are looked for: one of the two ways is switched off, unless both are to be tried. */
function placeOf(repository: OciRepository, bundle: VerifyOptions['bundle']): EvidencePlace {
  return {
    fetchManifest: (reference, signal) => repository.fetchManifest(reference, signal),
    fetchWholeBlob: (content, options) => repository.fetchWholeBlob(content, options),
    referrers: (subject, options) => (bundle === 'tag' ? nothing() : repository.referrers(subject, options)),
    tags: (options) => (bundle === 'referrers' ? nothing() : repository.tags(options)),
  };
}

async function* nothing(): AsyncGenerator<never> {
  // Nothing lies where nobody is to look.
}
