import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { breakingChanges } from '../../connectors/kit/breaking-changes.ts';
import { manifestFaults, unexplained } from '../../connectors/kit/check-manifest.ts';
import type { Connector } from '../../connectors/kit/connector.ts';
import type { ConnectorManifest } from '../../connectors/kit/manifest.ts';

/** The manifest as it was released last; changed by `holdfast connector release` alone. */
export const RELEASED_FILE = 'released.json';

/**
 * Everything that can be said about a connector without a peer, one sentence each; empty when it may be released:
 * the manifest, the README, and what connections of the last release would lose.
 */
export async function lintConnector(root: string, { manifest }: Connector): Promise<string[]> {
  const folder = join(root, 'connectors', manifest.id);
  const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const released = await readReleased(root, manifest.id);
  return [
    ...manifestFaults(manifest),
    ...unexplained(manifest, readme).map((name) => `README.md says nothing about "${name}".`),
    ...(released === undefined ? [] : breakingChanges(released, manifest)),
  ];
}

/** The manifest of the last release; undefined where there was none. */
export async function readReleased(root: string, id: string): Promise<ConnectorManifest | undefined> {
  const text = await readFile(join(root, 'connectors', id, RELEASED_FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ConnectorManifest);
}

/** Keeps the manifest as that of a release, against which later ones are held. */
export async function keepReleased(root: string, { manifest }: Connector): Promise<void> {
  const path = join(root, 'connectors', manifest.id, RELEASED_FILE);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
