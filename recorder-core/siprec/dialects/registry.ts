import { avaya } from './avaya.ts';
import { broadworks } from './broadworks.ts';
import { ciscoCucm, ciscoNbr } from './cisco.ts';
import { oracle } from './oracle.ts';
import type { Dialect } from './dialect.ts';

/** Every vendor dialect, most particular first: the first that recognises a document reads it. */
export const DIALECTS: readonly Dialect[] = [oracle, broadworks, avaya, ciscoNbr, ciscoCucm];
