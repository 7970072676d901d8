/**
 * What a person would say of grants who has read the rules and not the code: who may do what at which moment. Random lives of grants
 * are held against it.
 */
import type { GrantableAct } from '../../recorder-core/policy/grant-state.ts';

/** Two who are given rights, two officers, and one who decides by a lent right only. */
export const ROLES = {
  ann: 'none',
  ben: 'none',
  olga: 'compliance_officer',
  otto: 'compliance_officer',
  uma: 'auditor',
};
/** One of them. */
export type Who = keyof typeof ROLES;
/** All of them. */
export const WHO = Object.keys(ROLES) as Who[];
/** Those in the group `Board`, to which rights are given as well. */
export const IN_BOARD: readonly Who[] = ['ann', 'olga'];

/** A right, as it was asked for and as it stands. Instants in milliseconds. */
export interface ModelGrant {
  readonly id: string;
  readonly to: Who | 'board';
  readonly by: Who;
  readonly acts: readonly GrantableAct[];
  /** Which of the recordings, by their place in a list. */
  readonly reaches: readonly number[];
  /** Null: none has to be stated. */
  readonly purpose: string | null;
  readonly from: number;
  readonly until: number;
  readonly due: number;
  state: 'requested' | 'granted' | 'over';
  /** Decided, and not yet told to whoever gives it. */
  answer: 'approve' | 'refuse' | undefined;
}

/** Everything that decides. */
export interface Model {
  now: number;
  readonly status: Record<Who, 'active' | 'suspended' | 'left'>;
  readonly grants: ModelGrant[];
  lentUntil: number;
}

/** Whether a right is of use at a moment. */
export const isLive = ({ state, from, until }: ModelGrant, now: number) =>
  state === 'granted' && from <= now && now < until;

/** What the model says, in the words of docs/grants.md. */
export function modelAllows(
  model: Model,
  who: Who,
  act: GrantableAct,
  recording: number,
  purpose: string | null,
): boolean {
  const takes = act === 'recording.play' || act === 'recording.export';
  return model.grants.some(
    (grant) =>
      isLive(grant, model.now) &&
      (grant.to === who || (grant.to === 'board' && IN_BOARD.includes(who))) &&
      grant.acts.includes(act) &&
      grant.reaches.includes(recording) &&
      (grant.purpose === null || purpose === grant.purpose || (!takes && purpose === null)),
  );
}

/** Whether somebody may decide: by their own right or by olga's, never for themselves, and in time. */
export function mayDecide(model: Model, { by, to, due }: ModelGrant, person: Who): boolean {
  const barred = (each: Who) => each === by || each === to || (to === 'board' && IN_BOARD.includes(each));
  if (model.now >= due || barred(person)) return false;
  if (ROLES[person] === 'compliance_officer') return true;
  return person === 'uma' && model.now < model.lentUntil && !barred('olga');
}

/** Whether a second person can still answer. */
export const isOpen = ({ state, answer }: ModelGrant) => state === 'requested' && answer === undefined;

/** What ends with the commit of a suspension or a leave: rights, requests for them, what they asked for, and what was lent. */
export function endAllOf(model: Model, person: Who): void {
  for (const grant of model.grants) {
    const theirs = grant.to === person;
    const asked = grant.by === person && grant.state === 'requested' && grant.answer === undefined;
    if ((theirs && grant.state !== 'over') || asked) grant.state = 'over';
  }
  if (person === 'olga' || person === 'uma') model.lentUntil = 0;
}
