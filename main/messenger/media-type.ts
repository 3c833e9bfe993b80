import { lookup } from 'mrmime';

/** What a file is, judged by its name: for icons, previews and the `content_type` annotation. Nothing trusts it. */
export function mediaTypeOf(name: string): string {
  return lookup(name) ?? 'application/octet-stream';
}

/** Raster images that Chromium draws and that carry no script. SVG is left out: it is a document. */
const previewImages = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const previewTexts = new Set(['application/json', 'application/xml', 'text/yaml', 'image/svg+xml']);

/** Which kind of inline preview a media type allows. */
export function previewKind(mediaType: string): 'image' | 'text' | null {
  if (previewImages.has(mediaType)) return 'image';
  return mediaType.startsWith('text/') || previewTexts.has(mediaType) ? 'text' : null;
}
