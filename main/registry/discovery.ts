/** Content discovery ("Listing Tags", "Listing Referrers"). */
import type { Digest } from '../base/digest.ts';
import type { Catalogue, Referrer } from './catalogue.ts';
import { registryError } from './errors.ts';
import { answerBytes, answerJson, type Exchange } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { parsePageSize } from './page-size.ts';

const indexMediaType = 'application/vnd.oci.image.index.v1+json';

export class Discovery {
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  tags(exchange: Exchange, name: string): void {
    if (!this.#catalogue.hasRepository(name))
      throw registryError('NAME_UNKNOWN', 'There is no such repository.');
    const count = parsePageSize(exchange.query.get('n'));
    // One more than asked for tells whether there is a next page.
    const found = this.#catalogue.tags(name, exchange.query.get('last') ?? '', count + 1);
    const tags = found.slice(0, count);
    const last = tags.at(-1);
    const more = last !== undefined && found.length > count;
    const next = `/v2/${name}/tags/list?n=${count}&last=${encodeURIComponent(last ?? '')}`;
    answerJson(exchange, { name, tags }, more ? { link: `<${next}>; rel="next"` } : {});
  }

  /** An index of what refers to `subject`; an unknown repository or subject has none, which is no error. */
  referrers(exchange: Exchange, name: string, subject: Digest): void {
    const artifactType = exchange.query.get('artifactType');
    const last = exchange.query.get('last') ?? '';
    const found = this.#catalogue.referrers(
      name,
      subject,
      artifactType,
      last,
      registryLimits.referrersPerPage + 1,
    );
    const page = firstPage(found);
    const end = page.at(-1)?.digest ?? '';
    const filter = artifactType === null ? '' : `&artifactType=${encodeURIComponent(artifactType)}`;
    const next = `/v2/${name}/referrers/${subject}?last=${encodeURIComponent(end)}${filter}`;
    answerBytes(
      exchange,
      200,
      {
        'content-type': indexMediaType,
        ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }),
        ...(page.length < found.length ? { link: `<${next}>; rel="next"` } : {}),
      },
      indexOf(page),
    );
  }
}

/** The descriptors are JSON already. */
function indexOf(page: readonly Referrer[]): string {
  const manifests = page.map(({ descriptor }) => descriptor).join(',');
  return `{"schemaVersion":2,"mediaType":"${indexMediaType}","manifests":[${manifests}]}`;
}

/** As many as fit a page, at least one: a descriptor carries all annotations and so may be as large as a manifest. */
function firstPage(found: readonly Referrer[]): readonly Referrer[] {
  let bytes = 0;
  const end = found.findIndex(({ descriptor }, index) => {
    bytes += descriptor.length;
    return (
      index === registryLimits.referrersPerPage || (index > 0 && bytes > registryLimits.referrersPageBytes)
    );
  });
  return end === -1 ? found : found.slice(0, end);
}
