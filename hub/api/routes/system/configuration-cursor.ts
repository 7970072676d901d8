import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import {
  CONFIGURATION_KINDS,
  type ConfigurationPlace,
} from '../../../../recorder-core/records/configuration-history.ts';

const shape = z.tuple([
  z.iso.datetime({ precision: 3 }),
  z.enum(CONFIGURATION_KINDS),
  z.string().max(200),
  z.string().max(100),
]);

/** Where the next page of the history begins: below this entry. Opaque outside. */
export function encodeConfigurationCursor({ at, kind, objectId, version }: ConfigurationPlace): string {
  return Buffer.from(JSON.stringify([at, kind, objectId, version])).toString('base64url');
}

/** @throws HoldfastError `invalid_input` when it was not made by `encodeConfigurationCursor`. */
export function decodeConfigurationCursor(text: string): ConfigurationPlace {
  try {
    const [at, kind, objectId, version] = shape.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    if (`${objectId}${version}`.includes('\0')) throw new Error('it has a character that cannot be kept');
    return { at, kind, objectId, version };
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The cursor is not one of ours. Begin again without it.', {
      field: '/query/cursor',
      cause,
    });
  }
}
