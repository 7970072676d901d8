import { linksUnder, type Links } from '../../../connections/records-to-try.ts';
import type { Services } from '../../services.ts';

/** Where people see what records are about. */
export function linksOf({ exports: { publicUrl } }: Services): Links {
  return linksUnder(publicUrl);
}
