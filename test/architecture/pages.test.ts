import { describe, expect, test } from '@jest/globals';
import { openMetrics } from '../../hub/observability/metrics.ts';
import { configurationPage } from '../../ops/docs/configuration-page.ts';
import { connectorsPage } from '../../ops/docs/connectors-page.ts';
import { errorsPage } from '../../ops/docs/errors-page.ts';
import { recorderWarningsPage } from '../../ops/docs/recorder-warnings-page.ts';
import { consolePage } from '../support/console-tour/console-page.ts';
import { interoperabilityPage } from '../matrix/interoperability-page.ts';
import { textOf } from './repository.ts';

describe('documents made from tables in the code (run `node ops/docs/write-pages.ts`)', () => {
  test('docs/configuration.md lists the settings as they are', () => {
    expect(textOf('docs/configuration.md')).toBe(configurationPage());
  });

  test('docs/console.md shows the screens that the tour visits', () => {
    expect(textOf('docs/console.md')).toBe(consolePage());
  });

  test('docs/connectors.md shows the connectors and what the acceptance suite found', () => {
    expect(textOf('docs/connectors.md')).toBe(connectorsPage());
  });

  test('docs/errors.md lists the error codes as they are', () => {
    expect(textOf('docs/errors.md')).toBe(errorsPage());
  });

  test('docs/recorder-warnings.md lists the warnings as they are', () => {
    expect(textOf('docs/recorder-warnings.md')).toBe(recorderWarningsPage());
  });

  test('docs/siprec-interoperability.md shows the calls that are played, and no others', () => {
    expect(textOf('docs/siprec-interoperability.md')).toBe(interoperabilityPage());
  });
});

describe('docs/operations.md', () => {
  test('lists exactly the metrics that there are', async () => {
    const all = await openMetrics('test').registry.getMetricsAsJSON();
    const ours = all.map(({ name }) => name).filter((name) => !/^holdfast_(process|nodejs)_/.test(name));
    const listed = [...textOf('docs/operations.md').matchAll(/^\| `(holdfast_\w+)`/gm)].map(
      ([, name]) => name,
    );
    expect(listed.sort()).toEqual(ours.sort());
  });
});
