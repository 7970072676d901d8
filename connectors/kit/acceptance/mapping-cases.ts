import assert from 'node:assert/strict';
import { mappedObject } from '../mapped-object.ts';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { sampleId } from './sample-records.ts';
import { brief, operationOf, sampleOf, withSubject } from './with-subject.ts';

/** Fields of the remote object that a connection's mapping fills. */
export function mappingCases(bench: Bench): AcceptanceCase[] {
  const { manifest } = bench.connector;
  const mapped = Object.values(manifest.operations).some(({ mapping }) => mapping !== undefined);
  return [...(manifest.discovers ? [discovers] : []), ...(mapped ? [arrives, unknownAlone] : [])];
}

const discovers: AcceptanceCase = {
  id: 'discover-tells-fields',
  title:
    'the catalogue has the object of every mapped operation, with every field that a new mapping begins with',
  run: (bench) =>
    withSubject(bench, 'good', async ({ ctx, preview }) => {
      const catalog = await bench.connector.discover(preview);
      assert.deepEqual(JSON.parse(JSON.stringify(catalog)), catalog);
      for (const { mapping } of Object.values(bench.connector.manifest.operations)) {
        if (mapping === undefined) continue;
        const name = mappedObject(mapping, ctx.config as Record<string, unknown>);
        const object = catalog.objects.find((one) => one.name === name);
        assert.ok(object, `the catalogue has no object ${name}`);
        const writable = new Set(object.fields.filter((field) => field.writable).map((field) => field.name));
        assert.deepEqual(
          mapping.defaults.map(({ target }) => target).filter((target) => !writable.has(target)),
          [],
        );
      }
    }),
};

const arrives: AcceptanceCase = {
  id: 'mapped-field-arrives',
  title: 'what a mapping makes of a recording stands in the remote field',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, run, remoteFields }) => {
      const { mapped } = bench;
      assert.ok(mapped && remoteFields, 'the bench offers no mapped field');
      const record = { ...sampleOf(bench, tenantId, 1), fields: { [mapped.field]: mapped.value } };
      assert.deepEqual(brief(await run(operationOf(bench, 'upsert'), [record])), ['done:created']);
      assert.deepEqual((await remoteFields(sampleId(1)))[mapped.field], mapped.value);
    }),
};

const unknownAlone: AcceptanceCase = {
  id: 'unknown-field-alone',
  title: 'a record with a field that the remote side does not have is rejected alone, in its place',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, run, count }) => {
      const { mapped } = bench;
      assert.ok(mapped, 'the bench offers no mapped field');
      const strange = { ...sampleOf(bench, tenantId, 2), fields: { [mapped.unknownField]: 'x' } };
      const outcomes = await run(operationOf(bench, 'upsert'), [
        sampleOf(bench, tenantId, 1),
        strange,
        sampleOf(bench, tenantId, 3),
      ]);
      assert.deepEqual(brief(outcomes), ['done:created', 'rejected:invalid_record', 'done:created']);
      assert.equal(await count(), 2);
    }),
};
