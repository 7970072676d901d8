import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  PACKAGE,
  packageObjects,
  parseMetadata,
  readMetadata,
  textOfChild,
} from '../../test/support/peers/salesforce-package.ts';
import { guardWord } from './answers.ts';
import { JOB_ID, JOB_KEY, JOB_OBJECT } from './bulk-marker.ts';
import {
  DEFAULT_MAPPING,
  EXTERNAL_ID,
  LOOKUPS,
  OWN_FIELDS,
  PACKAGE_VERSION_FIELD,
} from './recording-object.ts';
import { TASK_FIELDS } from './task.ts';

const files = readdirSync(PACKAGE, { recursive: true, encoding: 'utf8' });
const objects = packageObjects();
const field = (object: string, name: string) => objects.get(object)?.find((one) => one.name === name);
const permissions = readMetadata(join(PACKAGE, 'permissionsets/Holdfast_Integration.permissionset-meta.xml'));
const listed = (group: string, name: string) =>
  permissions.children.filter((child) => child.name === group).map((child) => textOfChild(child, name));

describe('the package for Salesforce', () => {
  test('is well-formed, each file under the name that it gives itself', () => {
    const metadata = files.filter((file) => file.endsWith('-meta.xml'));
    expect(metadata.length).toBeGreaterThan(30);
    for (const file of metadata) {
      const root = readMetadata(join(PACKAGE, file));
      const name = textOfChild(root, 'fullName');
      if (name !== undefined) expect(file).toContain(`/${name}.`);
      expect(textOfChild(root, 'label') ?? name ?? textOfChild(root, 'apiVersion')).toBeTruthy();
    }
    for (const code of files.filter((file) => /\.(cls|trigger)$/.test(file)))
      expect(existsSync(join(PACKAGE, `${code}-meta.xml`))).toBe(true);
  });

  test('a broken file would be noticed', () => {
    const root =
      '<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="http://soap.sforce.com/2006/04/metadata">';
    expect(parseMetadata(`${root}<b>1 &lt; 2</b></A>`).children[0]?.text).toBe('1 < 2');
    for (const rest of [
      '<b></A>',
      '<b>1 < 2</b></A>',
      '<b>&nbsp;</b></A>',
      '</A><A></A>',
      '<b c="d"></b></A>',
    ])
      expect(() => parseMetadata(root + rest)).toThrow();
  });

  test('has every field that the connector writes, with the type and room for it', () => {
    const written = ['Text', 'Number', 'Text', 'Checkbox', 'Checkbox', 'Url', 'Text'];
    expect(OWN_FIELDS.map((name) => field('Holdfast_Recording__c', name)?.type)).toEqual(written);
    for (const lookup of Object.values(LOOKUPS))
      expect(field('Holdfast_Recording__c', lookup)?.type).toBe('Lookup');
    for (const name of TASK_FIELDS) expect(field('Activity', name)).toBeDefined();
    for (const [object, name] of [
      ['Holdfast_Recording__c', EXTERNAL_ID],
      ['Activity', EXTERNAL_ID],
      [JOB_OBJECT, JOB_KEY],
    ] as const)
      expect(field(object, name)).toMatchObject({ unique: true, externalId: true });
    expect(field(JOB_OBJECT, JOB_ID)?.length).toBe(18);
    expect(field('Holdfast_Recording__c', PACKAGE_VERSION_FIELD)?.formula).toBe('"1"');
  });

  test('has every field of the mapping that a new connection begins with', () => {
    const types = { instant: 'DateTime', integer: 'Number', text: 'Text' } as Record<string, string>;
    for (const { target, type } of DEFAULT_MAPPING)
      expect([target, field('Holdfast_Recording__c', target)?.type]).toEqual([target, types[type]]);
  });

  test('its permission set gives every field that is not given to all, and no right to anything else', () => {
    const granted = new Set(listed('fieldPermissions', 'field'));
    for (const [object, fields] of objects)
      for (const { name, required } of fields) {
        if (object === JOB_OBJECT) continue;
        expect([name, granted.has(`${object === 'Activity' ? 'Task' : object}.${name}`)]).toEqual([
          name,
          !required,
        ]);
      }
    const editable = permissions.children
      .filter((child) => textOfChild(child, 'allowEdit') === 'true')
      .map((child) => textOfChild(child, 'object'));
    expect(editable).toEqual([JOB_OBJECT, 'Holdfast_Recording__c']);
    expect(listed('customPermissions', 'name')).toEqual(['Holdfast_Writer']);
  });

  test('its guard says the words that the connector knows', () => {
    const trigger = readFileSync(join(PACKAGE, 'triggers/HoldfastRecordingGuard.trigger'), 'utf8');
    const rule = readMetadata(
      join(PACKAGE, 'objects/Task/validationRules/Holdfast_Revision.validationRule-meta.xml'),
    );
    const words = new Set(trigger.match(/HOLDFAST_[A-Z]+/g));
    expect([...words].toSorted()).toEqual(['HOLDFAST_HELD', 'HOLDFAST_SUPERSEDED', 'HOLDFAST_UNCHANGED']);
    const said = (message: string) =>
      guardWord([{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message }]);
    expect(said('HOLDFAST_UNCHANGED:7:a01000000000001AAA')).toEqual({
      word: 'UNCHANGED',
      revision: '7',
      id: 'a01000000000001AAA',
    });
    expect(said('HOLDFAST_SUPERSEDED:7')).toEqual({ word: 'SUPERSEDED', revision: '7' });
    expect(said(textOfChild(rule, 'errorMessage') ?? '')).toEqual({ word: 'SUPERSEDED' });
    expect(said('Ask HOLDFAST_HELDER')).toBeUndefined();
  });
});
