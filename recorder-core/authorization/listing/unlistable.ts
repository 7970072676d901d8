/** A policy says something that no formula over a recording's row can say; lists then keep to the safe side. */
export class Unlistable extends Error {}
