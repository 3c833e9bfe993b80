import { DockerCommsError } from '../../base/errors.ts';

/** An ability that this host has. The window does not offer what `AppStatus.can` denies, but anybody may ask. */
export function required<T>(ability: T | undefined): T {
  if (ability === undefined) throw new DockerCommsError('unsupported', 'This is not possible here.');
  return ability;
}
