import { createHash } from 'node:crypto';
import type { Document } from './document.ts';

/** What `meta` says of a resource. */
export interface Meta {
  readonly resourceType: string;
  readonly created: Date;
  readonly changed: Date;
  readonly location: string;
  /** Left out, a digest of all that is shown: it changes with whatever changes the resource, also where that was no directory. */
  readonly version?: number;
}

/** A resource with its `meta`; the version is a weak ETag. */
export function withMeta(
  document: Document,
  { resourceType, created, changed, location, version }: Meta,
): Document {
  const meta = {
    resourceType,
    created: created.toISOString(),
    lastModified: changed.toISOString(),
    location,
  };
  const digest = () =>
    createHash('sha256')
      .update(JSON.stringify({ ...document, meta }))
      .digest('base64url');
  const tag = version === undefined ? digest().slice(0, 22) : String(version);
  return { ...document, meta: { ...meta, version: `W/"${tag}"` } };
}

/** The version of a shown resource. */
export function versionOf(document: Document): string {
  return (document['meta'] as { readonly version: string }).version;
}
