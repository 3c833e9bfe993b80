/**
 * The bill of materials of a package (CycloneDX 1.5). npm writes one of the whole lock file, most of which are tools; what
 * is not shipped goes, and our own files come in with their digests. It names no time and no random number: the same tree
 * gives the same document.
 */
import { z } from 'zod';
import type { Shipped } from './shipped.ts';

const componentSchema = z.looseObject({ 'bom-ref': z.string(), scope: z.unknown(), properties: z.unknown() });
const npmSchema = z.looseObject({
  metadata: z.looseObject({ tools: z.unknown(), component: componentSchema }),
  components: z.array(componentSchema),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

/** Shipped around everything else, although it is a tool to npm. Its own parts are in its LICENSES.chromium.html. */
const runtime = 'electron';

/**
 * `npmDocument` is what `npm sbom --sbom-format cyclonedx` wrote. Throws where it does not know a package that is shipped.
 */
export function sbomOf(npmDocument: unknown, { packages, files }: Shipped): object {
  const { metadata, components, dependencies, ...npm } = npmSchema.parse(npmDocument);
  const licenses = new Map(packages.map(({ name, version, license }) => [`${name}@${version}`, license]));
  const isShipped = (ref: string) => licenses.has(ref) || ref.startsWith(`${runtime}@`);
  const kept = components.filter((component) => isShipped(component['bom-ref']));
  const known = new Set(kept.map((component) => component['bom-ref']));
  const unknown = [...licenses.keys()].filter((ref) => !known.has(ref));
  if (unknown.length > 0) throw new Error(`The lock file does not know ${unknown.join(', ')}.`);
  const product = metadata.component['bom-ref'];
  return {
    ...{ $schema: npm.$schema, bomFormat: npm.bomFormat, specVersion: npm.specVersion, version: 1 },
    metadata: { component: { ...metadata.component, type: 'application', name: product.split('@')[0] } },
    components: [
      ...kept.map((component) => shippedComponent(component, licenses.get(component['bom-ref']))),
      ...files.map(({ path, sha256 }) => ({
        'bom-ref': path,
        type: 'file',
        name: path,
        hashes: [{ alg: 'SHA-256', content: sha256 }],
      })),
    ],
    dependencies: dependencies
      .filter(({ ref }) => ref === product || isShipped(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isShipped) })),
  };
}

/** To npm it is a tool of development, because it is bundled; and not every package names its licence. */
function shippedComponent(
  { scope: _scope, properties: _properties, ...component }: z.output<typeof componentSchema>,
  license: string | undefined,
): object {
  const named = license === undefined ? {} : { licenses: [{ expression: license }] };
  return { ...component, scope: 'required', ...named };
}
