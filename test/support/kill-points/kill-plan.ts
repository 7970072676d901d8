import { createHash } from 'node:crypto';

/** When a worker can be killed: a step's n-th call is begun, or is done and Temporal has not been told. */
export interface KillPoint {
  readonly workflow: string;
  readonly step: string;
  readonly moment: 'begun' | 'done';
  /** Counts this moment of this step over all runs of the workflow, from 1 on. */
  readonly call: number;
}

/** Says of each point as it comes whether the worker is killed there. */
export type KillPlan = (point: KillPoint) => boolean;

/** Kills nobody. */
export const noKills: KillPlan = () => false;

/** Kills at both moments of every step, the first time that they come. */
export const firstCalls: KillPlan = ({ call }) => call === 1;

/** Of the later calls of a step, so many in a hundred are killed, at most so many of one step. */
const OF_A_HUNDRED = 30;
const MOST_OF_A_STEP = 3;

/**
 * Kills at later calls: the second page of a loop, the third attempt, another run. Chance decides, of each point by its name and
 * the seed alone, so that a seed repeats its kills whatever runs at the same time. At most `most` in all.
 */
export function laterCalls(seed: number, most: number): KillPlan {
  const ofStep = new Map<string, number>();
  let kills = 0;
  return ({ workflow, step, moment, call }) => {
    const name = `${workflow} ${step}`;
    const before = ofStep.get(name) ?? 0;
    if (call === 1 || kills >= most || before >= MOST_OF_A_STEP) return false;
    if (drawn(`${String(seed)} ${name} ${moment} ${String(call)}`) >= OF_A_HUNDRED) return false;
    ofStep.set(name, before + 1);
    kills += 1;
    return true;
  };
}

/** 0 to 99. */
function drawn(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE() % 100;
}
