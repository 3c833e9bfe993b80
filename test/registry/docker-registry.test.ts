/** The same checks against a registry of another make: what they find there is in its documentation, not in ours. */
import { startDockerRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { conformance } from './conformance.ts';

const knownFailures = [
  // Answers without Content-Range.
  'a range outside of the blob is answered with 416',
  // Knows sha256 only.
  'a blob may be filed under its sha512',
  'a manifest may be filed under its sha512',
  'referrers of a manifest that is filed under its sha512 are found under that',
  // BLOB_UPLOAD_INVALID instead, with the right status.
  'an upload that was never opened has the code BLOB_UPLOAD_UNKNOWN',
  // Appends whatever comes, wherever it says that it belongs.
  'PATCH of a chunk beyond the end answers 416, and the upload goes on from where it stood',
  'PATCH of a chunk that is there already answers 416, and the upload goes on from where it stood',
  'PATCH of a chunk that overlaps answers 416, and the upload goes on from where it stood',
  'PUT of a last chunk out of order answers 416, and the upload goes on',
  // 400 instead.
  'a manifest over the limit is refused with 413',
  // Only for addresses that its configuration names.
  'a layer that is to be had elsewhere need not be there',
  // Lists all tags as the disk gives them.
  'tags are in lexical order, without regard to case',
  'n limits the list, last continues after a tag, and together they page',
  'last need not be a tag that is there: the list goes on after where it would be',
  'Link leads through all pages, each tag once, and the last page has none',
  'n=0 gives an empty list without a Link',
  // Has no referrers.
  'a manifest with a subject is answered with OCI-Subject, also when the subject is not there',
  'an index with a subject is answered with OCI-Subject',
  'a filter that fits nothing is applied too, and gives an empty index',
  'referrers are an index of descriptors with artifact type and annotations',
  'a filter on artifactType is applied and said to be',
  'a manifest is listed although its subject came later or never',
  'nothing refers to it, or no such repository: 200 and an empty index',
  'referrers of something that is no digest answer 400',
  'a listing too large for one index is paged with Link, filter included',
  'a manifest pushed twice is listed once',
  'a deleted manifest is no longer among the referrers',
  // Deletes by digest only.
  'a deleted tag is gone at once: 202, then 404; its manifest stays',
  'deleting a tag leaves the other tags on the same manifest',
  'deleting twice answers 404 the second time: tag, manifest, blob',
  'deleting what is not there answers 404',
];

describeWithRealPart('docker-registry', "Debian's docker-registry", () => {
  conformance(
    'distribution 2.8',
    async () => {
      const registry = await startDockerRegistry();
      return { url: `http://${registry.host}`, close: () => registry.remove() };
    },
    { knownFailures },
  );
});
