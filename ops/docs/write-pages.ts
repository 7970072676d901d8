/**
 * Writes the documents that are made from tables in the code:
 *
 *   node ops/docs/write-pages.ts
 *
 * test/architecture/pages.test.ts fails while one of them is out of date.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { consolePage } from '../../test/support/console-tour/console-page.ts';
import { interoperabilityPage } from '../../test/matrix/interoperability-page.ts';
import { configurationPage } from './configuration-page.ts';
import { connectorsPage } from './connectors-page.ts';
import { errorsPage } from './errors-page.ts';
import { recorderWarningsPage } from './recorder-warnings-page.ts';

const DOCS = join(import.meta.dirname, '../../docs');

await writeFile(join(DOCS, 'configuration.md'), configurationPage());
await writeFile(join(DOCS, 'console.md'), consolePage());
await writeFile(join(DOCS, 'connectors.md'), connectorsPage());
await writeFile(join(DOCS, 'errors.md'), errorsPage());
await writeFile(join(DOCS, 'recorder-warnings.md'), recorderWarningsPage());
await writeFile(join(DOCS, 'siprec-interoperability.md'), interoperabilityPage());
