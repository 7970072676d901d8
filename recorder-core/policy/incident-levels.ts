/** Who is called about an incident while nobody takes it on: level by level, for each severity. Pure. */
import type { Role } from './access.ts';
import { SEVERITIES, type Severity } from './incident-state.ts';

/** One level. It calls at least one role, person or connection. */
export interface IncidentLevel {
  /** From the opening. */
  readonly afterMinutes: number;
  /** Everybody who has one of them. */
  readonly roles: readonly Role[];
  /** Ids of people. */
  readonly people: readonly string[];
  /** Ids of connections that take tickets: those that a level names get the ticket when it is called, the others at the opening. */
  readonly connections: readonly string[];
}

/** How much levels may say. */
export const BOUNDS_OF_LEVELS = { minutes: 43_200, people: 20, connections: 10, levels: 6 } as const;

/** The levels of each severity, the earliest first. */
export type IncidentLevels = Readonly<Record<Severity, readonly IncidentLevel[]>>;

/** The same levels as plain data, keys in one order and nothing shared: for answers, the ledger, and comparing. */
export function plainLevels(levels: IncidentLevels) {
  return Object.fromEntries(
    SEVERITIES.map((severity) => [
      severity,
      levels[severity].map(({ afterMinutes, roles, people, connections }) => ({
        afterMinutes,
        roles: [...roles],
        people: [...people],
        connections: [...connections],
      })),
    ]),
  );
}

const CALLED_ROLES: readonly (readonly Role[])[] = [
  ['compliance_officer'],
  ['compliance_officer', 'administrator'],
  ['compliance_officer', 'administrator', 'auditor'],
];

/** Officers at once, then administrators as well, in the end the auditors. */
function defaultLevels(...afterMinutes: readonly number[]): IncidentLevel[] {
  return afterMinutes.map((after, level) => ({
    afterMinutes: after,
    roles: CALLED_ROLES[level] ?? [],
    people: [],
    connections: [],
  }));
}

/** The levels of a tenant that has set none. */
export const DEFAULT_LEVELS: IncidentLevels = {
  critical: defaultLevels(0, 15, 60),
  high: defaultLevels(0, 60, 4 * 60),
  medium: defaultLevels(0, 8 * 60, 24 * 60),
  low: defaultLevels(0, 2 * 24 * 60, 5 * 24 * 60),
};

/** The roles that are called where a level reaches nobody any more: its people have left, its connections are gone. */
export const CALLED_INSTEAD: readonly Role[] = ['compliance_officer'];

/** Connections that have to wait for their level, `called` levels having been called. */
export function waitingConnections(levels: readonly IncidentLevel[], called: number): readonly string[] {
  const reached = new Set(levels.slice(0, called).flatMap(({ connections }) => connections));
  const later = levels.slice(called).flatMap(({ connections }) => connections);
  return [...new Set(later)].filter((connection) => !reached.has(connection));
}

/** What is wrong with the levels of a severity, in words; undefined where nothing is. */
export function faultOfLevels(levels: readonly IncidentLevel[]): string | undefined {
  if (levels.length === 0) return 'At least one level has to call somebody.';
  for (const [index, level] of levels.entries()) {
    const before = levels[index - 1];
    if (level.roles.length + level.people.length + level.connections.length === 0)
      return `Level ${index + 1} calls nobody. Name a role, a person or a connection, or leave it out.`;
    if (before !== undefined && level.afterMinutes <= before.afterMinutes)
      return `Level ${index + 1} has to come later than the one before it.`;
  }
  return undefined;
}
