import { listFormula } from '../../recorder-core/authorization/listing/list-formula.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { RecordingsAllowed } from '../../recorder-core/records/write-formula.ts';
import { askerOf, type Caller } from './caller.ts';
import { contextOf, permitsOf, rightsOf } from './decide.ts';

const LIST = 'recording.list';

/** Which recordings a caller may see in lists, by the same policies that decide about each alone; for one request. */
export async function allowedRecordings(tx: Tx, caller: Caller, now: Date): Promise<RecordingsAllowed> {
  const asker = askerOf(caller, now);
  const { scope } = asker.circumstances;
  // A machine is told of no recordings beside what its token is for.
  if (scope?.includes(LIST) === false) return { formula: false, grantIds: [] };
  const rights = await rightsOf(tx, asker);
  const { principal } = asker;
  return listFormula(rights.set, permitsOf(rights, asker, LIST), {
    principal,
    act: LIST,
    context: contextOf(asker),
  });
}

/** Classifications of which somebody is told nothing, not even by the ledger's entries: those unseen behind a wall. */
export function unseenBy({ groups }: Pick<Caller, 'groups'>): readonly string[] {
  return UNSEEN.filter((classification) => !groups.includes(classification));
}

/** Who is behind these walls is told nothing: not even that there is something. */
const UNSEEN = ['interception'];

/** Whether a policy is a wall behind which nothing is told. */
export function isUnseenWall(policyId: string): boolean {
  return UNSEEN.some((classification) => policyId === `wall/${classification}`);
}
