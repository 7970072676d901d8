import { afterEach, describe, expect, test } from '@jest/globals';
import { elasticsearchPeer } from './elasticsearch.ts';
import { suiteTitle } from './peer.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe('a peer that cannot be had', () => {
  test('is skipped with the reason in the title', () => {
    process.env['PATH'] = '/nonexistent';
    delete process.env['HOLDFAST_REQUIRE_PEERS'];
    const { title, skip } = suiteTitle(elasticsearchPeer, 'search');
    expect(skip).toBe(true);
    expect(title).toMatch(/^search \(skipped: Elasticsearch 8\.19\.21: java.* not installed\)$/);
  });

  test('is not skipped where peers are required', () => {
    process.env['PATH'] = '/nonexistent';
    process.env['HOLDFAST_REQUIRE_PEERS'] = '1';
    expect(suiteTitle(elasticsearchPeer, 'search')).toEqual({ title: 'search', skip: false });
  });
});
