import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { openConnectionMetrics, setConnectionGauges } from './connection-metrics.ts';

const NOW = new Date('2026-11-27T08:00:00Z');
const standing = { connector: 'salesforce', breaker: 'closed', token: 'good', tokenObtainedAt: NOW };

test('the gauges tell the oldest token, who has none, and whose breaker is open, by connector', async () => {
  const registry = new Registry();
  const metrics = openConnectionMetrics(registry);
  const earlier = new Date(NOW.getTime() - 90_000);
  setConnectionGauges(
    metrics,
    [
      standing,
      { ...standing, tokenObtainedAt: earlier, breaker: 'open' },
      { ...standing, connector: 'servicenow', token: 'refused', tokenObtainedAt: null, breaker: 'probing' },
    ],
    NOW,
  );
  const text = await registry.metrics();
  expect(text).toContain('holdfast_connection_token_age_seconds{connector="salesforce"} 90');
  expect(text).toContain('holdfast_connection_tokens_missing{connector="servicenow"} 1');
  expect(text).toContain('holdfast_connection_breakers_open{connector="salesforce"} 1');
  expect(text).toContain('holdfast_connection_breakers_open{connector="servicenow"} 1');
  setConnectionGauges(metrics, [standing], NOW);
  expect(await registry.metrics()).not.toContain('servicenow');
});
