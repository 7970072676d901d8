/** Real servers for tests: what a running one offers, and the word for one that cannot be had here. */

/** A server that this process started and owns. */
export interface RunningPeer {
  readonly url: string;
  /** The administrator of this run; the password is random. */
  readonly admin: { readonly username: string; readonly password: string };
  /** Ends the server and everything it started, and removes its folder. */
  stop(): Promise<void>;
}

/** One peer: its pinned version and how it is had. */
export interface PeerDescriptor {
  readonly name: string;
  readonly version: string;
  /** Undefined when it can be had here; asked before any test is defined, so it must be quick. */
  unavailable(): string | undefined;
  /** Fetches what is missing, starts, and resolves once the server answers a real request as our own. */
  start(): Promise<RunningPeer>;
}

/**
 * A title for a suite that needs the peer, and whether to skip it. A skip says why, in the title, so that the
 * summary of a run can list it; with HOLDFAST_REQUIRE_PEERS=1 nothing is skipped and a missing peer fails.
 */
export function suiteTitle(
  peer: Omit<PeerDescriptor, 'start'>,
  title: string,
): { title: string; skip: boolean } {
  const reason = peer.unavailable();
  if (reason === undefined || process.env['HOLDFAST_REQUIRE_PEERS'] === '1') return { title, skip: false };
  return { title: `${title} (skipped: ${peer.name} ${peer.version}: ${reason})`, skip: true };
}
