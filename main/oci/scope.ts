/**
 * What an operation wants to do in the repository. `none` is for the registry as a whole; `mount` is a push for which the
 * registry asks for another repository too, so that a refusal there does not touch what other pushes need.
 */
export type Access = 'none' | 'pull' | 'push' | 'mount' | 'delete';

/** Accesses whose token also serves this one. The narrow one comes first. */
export const sufficientAccesses: Readonly<Record<Access, readonly Access[]>> = {
  none: ['none'],
  pull: ['pull', 'push', 'delete'],
  push: ['push'],
  mount: ['mount'],
  delete: ['delete'],
};

const actions: Readonly<Record<Exclude<Access, 'none'>, string>> = {
  pull: 'pull',
  push: 'pull,push',
  mount: 'pull,push',
  delete: 'delete,pull',
};

/** The scope (distribution, "Token Scope Documentation") that `access` to the repository `path` needs. */
export function scopeFor(path: string, access: Access): string[] {
  return access === 'none' ? [] : [`repository:${path}:${actions[access]}`];
}

/**
 * The union of scopes: one for each resource, with every action that any of them names, sorted. Registries may ask
 * for more than we know of; we may need more than this one request. What is no scope is dropped.
 */
export function unionOfScopes(scopes: readonly string[]): string[] {
  const resources = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const parts = /^([a-z0-9()]+:\S+):([a-z*]+(?:,[a-z*]+)*)$/.exec(scope);
    const [, resource = '', list = ''] = parts ?? [];
    if (parts === null) continue;
    const known = resources.get(resource) ?? new Set<string>();
    for (const action of list.split(',')) known.add(action);
    resources.set(resource, known);
  }
  return [...resources].map(([resource, known]) => `${resource}:${[...known].sort().join(',')}`).sort();
}
