/** A test that may be skipped even in continuous integration, and why. */
export interface AllowedSkip {
  /** Part of the test's title. */
  readonly title: string;
  readonly reason: string;
}

/**
 * Tests that may be skipped where CI=true. Anywhere else a missing tool skips its tests with a word; in continuous
 * integration it fails them, because a check that silently stopped running is worse than a red one.
 */
export const ALLOWED_SKIPS: readonly AllowedSkip[] = [
  {
    title: '(bypassed: ',
    reason: 'the connector says in the title why this case of the acceptance suite has nothing to apply to',
  },
  {
    title: '(skipped: live peer,',
    reason: 'a service that can be had from no registry; whoever has one names it in the environment',
  },
];

/** Whether a test that cannot run here must fail instead of being skipped. */
export function mustRun(
  title: string,
  environment: NodeJS.ProcessEnv = process.env,
  allowed: readonly AllowedSkip[] = ALLOWED_SKIPS,
): boolean {
  return environment['CI'] === 'true' && !allowed.some((skip) => title.includes(skip.title));
}
