import { expect, test } from '@jest/globals';
import type { WebhookEndpointView } from '../api/webhooks.ts';
import { endpointStanding } from './webhook-words.ts';

const endpoint = (change: Partial<WebhookEndpointView>) =>
  endpointStanding({ state: 'enabled', stateReason: null, failures: 0, ...change } as WebhookEndpointView)
    .label;

test('an endpoint is enabled, failing or disabled, and why it was disabled colours it', () => {
  expect(endpoint({})).toBe('Enabled');
  expect(endpoint({ failures: 3 })).toBe('Failing');
  expect(endpoint({ state: 'disabled', stateReason: 'gone', failures: 3 })).toBe('Disabled');
  expect(
    endpointStanding({ state: 'disabled', stateReason: 'person', failures: 0 } as WebhookEndpointView).tone,
  ).toBe('neutral');
});
