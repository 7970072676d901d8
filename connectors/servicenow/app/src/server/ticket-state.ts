/** What a ticket says of the incident it is for, and when its state follows the incident's. */

/** Life of an incident. */
export type IncidentState = 'open' | 'contained' | 'resolved' | 'closed';

/** Values of the ticket's `state`. */
export interface StateRule {
  readonly inProgress: string;
  readonly resolved: string;
  readonly closed: string;
  /** Values in which a ticket has ended. */
  readonly ended: readonly string[];
}

/** What was last told to a ticket. */
export interface Told {
  /** 0 where nothing was. */
  readonly revision: number;
  readonly state: IncidentState | undefined;
}

/** Reads what `toldText` wrote into `correlation_display`. */
export function readTold(text: string | null): Told {
  const match = /^Holdfast (\d{1,16}) (open|contained|resolved|closed)$/.exec(text ?? '');
  if (match === null) return { revision: 0, state: undefined };
  return { revision: Number(match[1]), state: match[2] as IncidentState };
}

/** For `correlation_display`, so that a ticket itself knows how new it is. */
export function toldText(revision: number, state: IncidentState): string {
  return `Holdfast ${revision} ${state}`;
}

/**
 * The value that the ticket's state gets; undefined where it stays as it is. It follows changes of the incident alone: what
 * people did to the ticket while the incident stood still is theirs, and a ticket that has ended is opened again only when
 * the incident was.
 */
export function stateToWrite(
  rule: StateRule,
  told: IncidentState | undefined,
  next: IncidentState,
  remote: string,
): string | undefined {
  if (told === next) return undefined;
  const over = rule.ended.includes(remote);
  const rests = over || remote === rule.resolved;
  if (next === 'open')
    return rests && (told === 'resolved' || told === 'closed') ? rule.inProgress : undefined;
  if (next === 'contained') return rests ? undefined : rule.inProgress;
  if (over) return undefined;
  const value = next === 'closed' ? rule.closed : rule.resolved;
  return value === remote ? undefined : value;
}
