import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Services } from '../api/services.ts';
import type { Config } from '../config/settings.ts';
import { parseCountryRanges } from '../identity/country-ranges.ts';

/**
 * From where requests come, and to where what is played flows.
 * @throws HoldfastError `config_invalid` where the file of countries cannot be read or has a fault.
 */
export async function placeSettings({
  region,
  regionHeader,
  countryHeader,
  countryFile,
}: Config): Promise<Pick<Services, 'region' | 'regionHeader' | 'countryHeader' | 'countries'>> {
  const countries = countryFile === undefined ? undefined : parseCountryRanges(await readText(countryFile));
  return { region, regionHeader, countryHeader, countries };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      'The file of countries cannot be read, so no country would be known. Name a file that the hub may read, or none.',
      { field: 'countryFile', cause },
    );
  }
}
