import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { openMetrics } from '../../hub/observability/metrics.ts';
import { textOf } from './repository.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const rules = (
  parse(textOf('ops/monitoring/alert-rules.yaml')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(textOf('ops/monitoring/grafana-dashboard.json')) as {
  panels: { id: number; title: string; gridPos: object; targets?: { expr: string }[] }[];
  templating: { list: { query: string }[] };
};
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.map(({ query }) => query).filter((query) => query.includes('holdfast_')),
];
/** Labels that Prometheus itself or our registry gives every series. */
const EVERYWHERE = ['instance', 'job', 'role', 'le'];

let metrics: Map<string, { type: string; labels: string[] }>;

beforeAll(() => {
  const { registry } = openMetrics('test');
  metrics = new Map(
    registry.getMetricsAsArray().map((metric) => {
      const { name, type, labelNames } = metric as unknown as {
        name: string;
        type: string;
        labelNames: string[];
      };
      return [name, { type, labels: labelNames }];
    }),
  );
});

/** The metric that a series belongs to. */
function metricOf(series: string): { type: string; labels: string[] } | undefined {
  return metrics.get(series) ?? metrics.get(series.replace(/_(bucket|sum|count)$/, ''));
}

describe('dashboard and alert rules', () => {
  test('ask only for metrics that there are, and for buckets only of histograms', () => {
    const asked = expressions.flatMap((expr) => expr.match(/holdfast_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.filter((series) => metricOf(series) === undefined)).toEqual([]);
    expect(
      asked.filter(
        (series) => series.endsWith('_bucket') !== (metricOf(series)?.type === ('histogram' as never)),
      ),
    ).toEqual([]);
  });

  test('select and group only by labels that those metrics have', () => {
    for (const expr of expressions) {
      const series = expr.match(/holdfast_\w+/g) ?? [];
      const known = new Set([...EVERYWHERE, ...series.flatMap((name) => metricOf(name)?.labels ?? [])]);
      const selected = [...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!);
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/,\s*/));
      expect({ expr, unknown: [...selected, ...grouped].filter((label) => !known.has(label)) }).toEqual({
        expr,
        unknown: [],
      });
    }
  });

  test('never use a rate of what is no counter, or a counter as it stands', () => {
    for (const expr of expressions)
      for (const [series = ''] of expr.matchAll(/holdfast_\w+/g)) {
        const counted = series.endsWith('_total') || series.endsWith('_bucket');
        const rated = new RegExp(`(rate|increase)\\(${series}\\b`).test(expr);
        expect({ expr, series, rated }).toEqual({ expr, series, rated: counted });
      }
  });
});

describe('each alert rule', () => {
  const headings = new Set(
    [...textOf('docs/operations.md').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(/\s+/g, '-'),
    ),
  );

  test('has a name of its own, a severity and a heading in docs/operations.md that says what to do', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(['warning', 'critical']).toContain(labels.severity);
      const [document, heading = ''] = annotations.runbook.split('#');
      expect({ alert, document, known: headings.has(heading) }).toEqual({
        alert,
        document: 'docs/operations.md',
        known: true,
      });
    }
  });
});

describe('the dashboard', () => {
  test('gives every panel an id and a title of its own', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  test('shows every metric of the recorder', () => {
    const all = [...metrics.keys()].filter((name) =>
      /^holdfast_(call|taking|active|setup|consent|sip|rtp|srtp|stream|alerts|media|recordings|sealing|spool|heartbeats|recorder)/.test(
        name,
      ),
    );
    const text = expressions.join(' ');
    expect(all.filter((name) => !text.includes(name))).toEqual([]);
  });
});
