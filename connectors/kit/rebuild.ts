/**
 * Filling a second copy of what the remote side holds, beside the one in use, and putting it in its place. While it is
 * filled, every operation and the inventory of a context with `copy` are about the copy; without, about what is in use.
 */
import type { ConnectorContext } from './context.ts';

/** The steps around the filling; each may be repeated after a kill. Throws RemoteFailure. */
export interface RebuildSteps<C> {
  /** Makes the copy empty, where it is not there yet; `in_place` where it has taken the other's place already. */
  begin(ctx: ConnectorContext<C>): Promise<'filling' | 'in_place'>;
  /** Puts the copy in the place of what is in use, at once and wholly. */
  putInPlace(ctx: ConnectorContext<C>): Promise<void>;
  /** Removes what the copy has replaced, and what former rebuilds left behind. */
  clear(ctx: ConnectorContext<C>): Promise<void>;
}

/** The steps, and when they are called for. */
export interface RebuildDefinition<C> extends RebuildSteps<C> {
  /** Settings that decide what a record looks like there: what was sent before a change of them is out of date. */
  readonly shapedBy: readonly (keyof C & string)[];
}
