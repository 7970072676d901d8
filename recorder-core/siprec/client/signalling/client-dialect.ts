import { HoldfastError } from '../../../errors.ts';
import { DIALECTS } from '../../dialects/registry.ts';
import { buildMetadata } from '../../metadata-builder.ts';
import { GENERIC_DIALECT } from '../../metadata-parser.ts';
import type { ClientForm } from '../../dialects/client-form.ts';

const RFC_FORM: ClientForm = { writeMetadata: (metadata) => buildMetadata(metadata) };

/** The forms the recording client can take, that of the RFCs first. */
export function clientDialects(): string[] {
  return [GENERIC_DIALECT, ...DIALECTS.filter((dialect) => dialect.client).map((dialect) => dialect.name)];
}

/** The form of a dialect, that of the RFCs by default. @throws HoldfastError `invalid_input` when the client cannot play it. */
export function clientForm(dialect: string = GENERIC_DIALECT): ClientForm {
  const form =
    dialect === GENERIC_DIALECT ? RFC_FORM : DIALECTS.find((item) => item.name === dialect)?.client;
  if (form !== undefined) return form;
  throw new HoldfastError(
    'invalid_input',
    `The recording client cannot play the dialect asked for; choose one of ${clientDialects().join(', ')}.`,
    { field: 'dialect' },
  );
}
