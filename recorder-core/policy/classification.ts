/**
 * Form of a classification: what a recording is about, as policies of access ask for it, such as `hr` or `interception`. The
 * column has the same check (migration 0043).
 */
export const CLASSIFICATION = /^[a-z0-9][a-z0-9-]{0,39}$/;
