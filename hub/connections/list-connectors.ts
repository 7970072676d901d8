import type { ConnectorManifest } from '../../connectors/kit/manifest.ts';
import { connectorById, connectors } from '../../connectors/registry.ts';

/** The manifests of this build's connectors, in the order of the registry. */
export function listManifests(): readonly ConnectorManifest[] {
  return connectors.map(({ manifest }) => manifest);
}

/** One manifest. @throws HoldfastError `not_found`. */
export function manifestOf(connector: string): ConnectorManifest {
  return connectorById(connector).manifest;
}
