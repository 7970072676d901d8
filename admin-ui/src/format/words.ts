/** Names, sizes and codes in the words of the console. */
import type { Party } from '../../../hub/api/schemas/recording.ts';
import { fromHub } from '../from-hub/from-hub.ts';
import { number, plural, t } from '../i18n/t.ts';

/** What a participant is called: the name, else the address without its scheme, else the ordinal in words. */
export function partyName(party: Pick<Party, 'name' | 'address' | 'ordinal'>): string {
  if (party.name !== null && party.name.trim() !== '') return party.name.trim();
  if (party.address !== null && party.address.trim() !== '') return plainAddress(party.address);
  return t('Party {{number}}', { number: party.ordinal + 1 });
}

/** A SIP or tel URI without scheme and parameters: "sip:ada@example.com;user=phone" reads "ada@example.com". */
export function plainAddress(address: string): string {
  return address
    .trim()
    .replace(/^(sips?|tel):/i, '')
    .replace(/[;?].*$/, '');
}

/** A size in binary units: "480 bytes", "1.5 MiB". */
export function byteSize(bytes: number): string {
  if (bytes < 1_024) return plural(bytes, { one: '{{count}} byte', other: '{{count}} bytes' });
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  const value = bytes / 1_024 ** power;
  const digits = value < 10 ? 1 : 0;
  return `${number(value, digits)} ${units[power - 1] ?? 'TiB'}`;
}

/** A code of the API in words: "DO_NOT_RECORD" reads "Do not record", "hold.placed" reads "Hold placed", in the language of the page. */
export function codeInWords(code: string): string {
  const words = code
    .replace(/[_.\-/]+/g, ' ')
    .trim()
    .toLowerCase();
  return fromHub(words.charAt(0).toUpperCase() + words.slice(1));
}
