import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { connectorById, connectors } from './registry.ts';

describe('the registry', () => {
  test('lists exactly the folders of connectors, each under its own id', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['kit', 'sample'].includes(entry.name)) // the contract, and what new ones are copied from
      .map(({ name }) => name);
    expect(connectors.map(({ manifest }) => manifest.id).toSorted()).toEqual(folders.toSorted());
  });

  test('finds a connector by its id and refuses an unknown one', () => {
    expect(connectorById('elasticsearch').manifest.title).toBe('Elasticsearch');
    expect(() => connectorById('gopher')).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
