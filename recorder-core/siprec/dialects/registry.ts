import { audiocodes } from './audiocodes.ts';
import { avaya } from './avaya.ts';
import { broadworks } from './broadworks.ts';
import { ciscoCube } from './cisco-cube.ts';
import { ciscoCucm } from './cisco-cucm.ts';
import { ciscoNbr } from './cisco-nbr.ts';
import { genesys } from './genesys.ts';
import { metaswitch } from './metaswitch.ts';
import { netsapiens } from './netsapiens.ts';
import { opensips } from './opensips.ts';
import { oracle } from './oracle.ts';
import { ribbon } from './ribbon.ts';
import type { Dialect } from './dialect.ts';

/** Every vendor dialect, most particular first: the first that recognises a document or request reads it. */
export const DIALECTS: readonly Dialect[] = [
  oracle,
  broadworks,
  avaya,
  audiocodes,
  ribbon,
  metaswitch,
  netsapiens,
  opensips,
  ciscoNbr,
  ciscoCucm,
  ciscoCube,
  genesys,
];
