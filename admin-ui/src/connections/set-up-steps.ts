import type { ConnectionDetail, Connector } from '../api/connections.ts';

/** The steps of a set-up behind the choice of a system; each is a place of its own, which survives a reload and can be linked. */
export const SET_UP_STEPS = ['sign-in', 'checks', 'map', 'try', 'live'] as const;
export type SetUpStep = (typeof SET_UP_STEPS)[number];

/** What is set up, and the step that is looked at. */
export interface SetUpProps {
  readonly connection: ConnectionDetail;
  readonly connector: Connector;
  readonly step: SetUpStep;
}

/** The step that an address names; the first one for any other word. */
export function setUpStepOf(word: string): SetUpStep {
  return SET_UP_STEPS.find((step) => step === word) ?? 'sign-in';
}

/** The steps that this connector has: without fields to fill there is nothing to map. */
export function stepsOf(connector: Pick<Connector, 'operations' | 'checks'>): readonly SetUpStep[] {
  return SET_UP_STEPS.filter((step) => {
    if (step === 'checks') return connector.checks.length > 0;
    return step !== 'map' || connector.operations.some(({ mapped }) => mapped);
  });
}

/** Whether a step is done as far as the draft tells; what is only looked at, a mapping or a try, is never said to be. */
export function isStepDone(
  step: SetUpStep,
  { state, checks, credential }: Pick<ConnectionDetail, 'state' | 'checks' | 'credential'>,
  connector: Pick<Connector, 'auth'>,
): boolean {
  switch (step) {
    case 'sign-in':
      return credential !== null || connector.auth.every(({ type }) => type === 'none' || type === 'webhook');
    case 'checks':
      return openChecks({ checks }).length === 0;
    case 'live':
      return state === 'live';
    default:
      return false;
  }
}

/** The required checks that keep a draft from going live: they failed, never ran, or ran before a change. */
export function openChecks({ checks }: Pick<ConnectionDetail, 'checks'>): ConnectionDetail['checks'] {
  return checks.filter(
    ({ severity, status, current }) =>
      severity === 'required' && (status === null || status === 'fail' || !current),
  );
}
