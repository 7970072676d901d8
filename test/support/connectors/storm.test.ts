import { expect, test } from '@jest/globals';
import { ServicenowDouble } from '../peers/servicenow-double.ts';
import { servicenowBench } from './servicenow-bench.ts';
import { storm } from './storm.ts';

/** As many failures in a row, over as long, as open the breaker of a connection more than once. */
const AWAY = { requests: 12, everyMs: 1000 };

test('a storm that opens the breaker of its connection waits as it is asked, and then all arrives', async () => {
  const double = await ServicenowDouble.start();
  const bench = servicenowBench(() => double, { application: 'scoped', sends: 'recording' });
  const subject = await bench.open('good', { timeoutMs: 200 });
  try {
    let away = AWAY.requests;
    const report = await storm(
      bench,
      {
        ...subject,
        watch: (choose) =>
          subject.watch?.((request) => {
            if (request.path.startsWith('/oauth')) return undefined;
            if (away-- <= 0) return choose(request);
            subject.skip?.(AWAY.everyMs);
            return { kind: 'cut-before' };
          }),
      },
      { records: 40, batch: 20, seed: 7, calls: 3 },
    );
    expect(away).toBeLessThan(0);
    expect(report.faults).toBeGreaterThan(0);
  } finally {
    await subject.close();
    await double.stop();
  }
}, 60_000);
