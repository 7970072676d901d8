/** Something that waits for a person, as a list of such things names it. */
export interface WaitingThing {
  /** Of the thing that is opened to do something about it; null where that is a list. */
  readonly id: string | null;
  /** As people or the product named it; null where its kind says enough. */
  readonly name: string | null;
  /** What kind of it, where there are several: a word of its own table. */
  readonly detail: string | null;
  /** What a person can do about it, where whatever failed said so. */
  readonly fix: string | null;
  /** When it runs out. */
  readonly dueAt: string | null;
  /** Since when it is so. */
  readonly since: string | null;
  /** How many there are of it, where it stands for more than one. */
  readonly count: number | null;
}

/** A row of a query of waiting things; what it leaves out is null. */
export interface WaitingRow {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly detail?: string | null;
  readonly fix?: string | null;
  readonly dueAt?: Date | null;
  readonly since?: Date | null;
  readonly count?: number | null;
}

/** The thing of a row. */
export function waitingFrom(row: WaitingRow): WaitingThing {
  return {
    id: row.id ?? null,
    name: row.name ?? null,
    detail: row.detail ?? null,
    fix: row.fix ?? null,
    dueAt: row.dueAt?.toISOString() ?? null,
    since: row.since?.toISOString() ?? null,
    count: row.count ?? null,
  };
}
