import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser-launch.ts';
import type { TestHub } from '../support/test-hub.ts';
import type { Bench } from './bench.ts';
import { runAsOwner, startBenchPostgres } from './bench-postgres.ts';
import { startBenchHub } from './console/bench-hub.ts';
import { openBareList } from './console/bare-list.ts';
import { spentOn, type FrameCosts } from './console/frame-costs.ts';
import { filterAnswers } from './console/filter-answers.ts';
import { openMeasuredPage } from './console/measured-page.ts';
import { load, scroll, work } from './console/officer-walk.ts';
import { addSearchedRecordings } from './console/searched-recordings.ts';
import { comparisonOf, quantile, rounded } from './rounds.ts';

const ROWS = Number(process.env['HOLDFAST_BENCH_ROWS'] ?? 1_000_000);
const FEW = 300;
const ROUNDS = 3;
const LIST = '[data-testid="recording-link"]';

/** The console over a million recordings, as an officer uses it, against the same walk over a few hundred. */
export const consoleBench: Bench = {
  name: 'console',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder);
    const few = '0199c000-0000-7000-8000-000000000001';
    try {
      await runAsOwner(
        postgres.ownerUrl,
        'insert into tenant (tenant_id, name, region) values ($1, $2, $3)',
        [few, 'Few recordings', 'eu-central'],
      );
      await addSearchedRecordings(postgres.ownerUrl, few, { rows: FEW, report });
      await addSearchedRecordings(postgres.ownerUrl, postgres.tenantId, { rows: ROWS, report });
      const hub = await startBenchHub(postgres);
      const browser = await launchBrowser();
      try {
        const pairs: Pair[] = [];
        for (let round = -1; round < ROUNDS; round += 1) {
          report(round < 0 ? 'warming up' : `round ${round + 1}`);
          const pair = {
            many: await walk(browser, hub, postgres.tenantId),
            few: await walk(browser, hub, few),
            bare: await scrollBareList(browser, hub, few),
          };
          if (round >= 0) pairs.push(pair);
        }
        report('filters');
        return figuresOf(pairs, await filterAnswers(hub, postgres.tenantId));
      } finally {
        await browser.close();
        await hub.stop();
      }
    } finally {
      await postgres.stop();
    }
  },
};

/** One person's visit in a browser that has nothing in its cache. */
async function walk(browser: Browser, hub: TestHub, tenantId: string) {
  const first = await openMeasuredPage(browser, hub, tenantId);
  const home = await load(first, hub.url, '/', 'main h1');
  await first.close();
  const measured = await openMeasuredPage(browser, hub, tenantId);
  try {
    const list = await load(measured, hub.url, '/recordings', LIST);
    const scrolled = await scroll(measured);
    await measured.page.evaluate('window.scrollTo(0, 0)');
    let answers: Record<string, number> = {};
    const spent = await spentOn(measured, async () => {
      answers = await work(measured, 'desk bench');
    });
    const interactions = Object.values((await measured.seen()).interactions);
    return { home, list, scrolled, answers, spent, interactions };
  } finally {
    await measured.close();
  }
}
type Walk = Awaited<ReturnType<typeof walk>>;

/** The same wheel over rows of plain text: what the browser can show on this machine, in this minute. */
async function scrollBareList(browser: Browser, hub: TestHub, tenantId: string): Promise<FrameCosts> {
  const measured = await openMeasuredPage(browser, hub, tenantId);
  try {
    await openBareList(measured, hub.url);
    return await scroll(measured);
  } finally {
    await measured.close();
  }
}

interface Pair {
  readonly many: Walk;
  readonly few: Walk;
  readonly bare: FrameCosts;
}

function figuresOf(pairs: readonly Pair[], filters: Awaited<ReturnType<typeof filterAnswers>>) {
  const compared = (value: (walk: Walk) => number) =>
    comparisonOf(pairs.map(({ many, few }) => ({ subject: value(many), baseline: value(few) })));
  const p95 = (walk: Walk) => quantile(walk.interactions, 0.95);
  const [paint, delay] = [compared(({ list }) => list.largestPaintMs), compared(p95)];
  const scrolled = (name: keyof FrameCosts) =>
    comparisonOf(pairs.map(({ many, bare }) => ({ subject: many.scrolled[name], baseline: bare[name] })));
  const fps = scrolled('fps');
  const answers = Object.keys(pairs[0]?.many.answers ?? {}).map((name) => [
    name,
    compared(({ answers: each }) => each[name] ?? NaN),
  ]);
  const weight = comparisonOf(
    pairs.map(({ many: { home } }) => ({ subject: home.sent / 1024, baseline: home.read / 1024 })),
  );
  return {
    what: 'interaction delay, 95th percentile, while an officer searches, narrows, chooses columns, scrolls and opens',
    unit: 'milliseconds',
    baseline: `the same walk of the same hub over ${FEW} recordings`,
    comparison: delay,
    details: {
      rows: ROWS,
      firstLoadKb: weight,
      listFirstLoadKb: compared(({ list }) => list.sent / 1024),
      largestPaintMs: paint,
      homeLargestPaintMs: compared(({ home }) => home.largestPaintMs),
      scrollFps: fps,
      scrollFpsOfFew: compared((each) => each.scrolled.fps),
      slowestFrameMs: scrolled('slowestMs'),
      frame: {
        mainMs: scrolled('mainMs'),
        scriptMs: scrolled('scriptMs'),
        styleMs: scrolled('styleMs'),
        layoutMs: scrolled('layoutMs'),
      },
      walkMainMs: compared(({ spent }) => spent.mainMs),
      answerMs: Object.fromEntries(answers) as Record<string, unknown>,
      filters,
    },
    notes: [
      'firstLoadKb: everything that the first screen fetches over the network with an empty cache, answers of the API among it, as it was sent; its baseline is the same before compression. listFirstLoadKb is the list opened first.',
      'largestPaintMs is of the list. Interactions are what the browser tells of events and their next paint, as INP counts them, 16 ms at least; what was not told is below that. answerMs is from the act to the new list, the typing of ten characters at 40 ms each and the pause of 250 ms after it within search.',
      'filters: what the API takes for the first page of 100 and for the counts, at best of five, asked one after the other.',
      'scrollFps counts animation frames while the wheel turns 120 times 160 pixels; its baseline, and that of the slowest frame and of frame, is a page of plain rows scrolled in the same minute: the browser shows no more than that here. frame is what the main thread spent for each of them, and walkMainMs on all of the walk, in time of its processor, so that neither the rest of the machine nor a missing graphics card is in it. Chromium runs without a window and without a graphics card, the hub in the process of the bench.',
    ],
    summary: {
      firstLoadKb: weight.subject.median,
      largestPaintMs: paint.subject.median,
      interactionP95Ms: delay.subject.median,
      scrollFps: rounded(fps.subject.median),
    },
  };
}
