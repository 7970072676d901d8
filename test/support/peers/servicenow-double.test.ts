import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ServicenowDouble } from './servicenow-double.ts';

let double: ServicenowDouble;
let bearer: string;
beforeAll(async () => {
  double = await ServicenowDouble.start();
  const { clientId, clientSecret } = double.addUser('hub', ['itil', ...double.app.roles]);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const token = await fetch(`${double.url}/oauth_token.do`, { method: 'POST', body });
  bearer = `Bearer ${((await token.json()) as { access_token: string }).access_token}`;
});
afterAll(() => double.stop());

async function ask(path: string, more: { body?: unknown; cookie?: string; authorization?: string } = {}) {
  const answer = await fetch(`${double.url}${path}`, {
    method: more.body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: more.authorization ?? bearer,
      ...(more.cookie === undefined ? {} : { cookie: more.cookie }),
    },
    ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  return { status: answer.status, json, cookies: answer.headers.getSetCookie() };
}

describe('the double of a ServiceNow instance', () => {
  test('has the tables, roles and endpoints that the compiler built', () => {
    expect(double.app.roles).toEqual(['x_hldf_holdfast.hub', 'x_hldf_holdfast.reader']);
    expect(double.app.tables.map(({ unique }) => unique)).toEqual([[['call_key']], [['call_key']]]);
    expect(double.app.endpoints.map(({ roles }) => roles)).toEqual(
      Array.from({ length: 5 }, () => ['x_hldf_holdfast.hub']),
    );
    expect(double.tables.columns('incident').map(({ name }) => name)).toContain('correlation_id');
  });

  test('refuses a second row of a unique key, and makes any number of tickets', async () => {
    const insert = (values: Record<string, string>) =>
      double.tables.insert('x_hldf_holdfast_recording', values, 'hub');
    expect(insert({ call_key: 'a', revision: '1' })).toHaveProperty('sysId');
    expect(insert({ call_key: 'a', revision: '2' })).toEqual({ refused: 'unique' });
    const ticket = { correlation_id: 'same', short_description: 'x'.repeat(200), nowhere: 'lost' };
    for (let times = 0; times < 2; times += 1) {
      const { status, json } = await ask('/api/now/table/incident', { body: ticket });
      expect(status).toBe(201);
      expect((json?.['result'] as Record<string, string>)['short_description']).toHaveLength(160);
      expect(json?.['result']).not.toHaveProperty('nowhere');
    }
    const made = double.tables.rows('incident').filter((row) => row['correlation_id'] === 'same');
    expect(new Set(made.map((row) => row['number'])).size).toBe(2);
  });

  test('shows display values and links only where it was not asked for values', async () => {
    const group = double.tables.insert('sys_user_group', { name: 'Desk', active: 'true' }, 'system');
    const sysId = 'sysId' in group ? group.sysId : '';
    await ask('/api/now/table/incident', { body: { correlation_id: 'shown', assignment_group: sysId } });
    const path =
      '/api/now/table/incident?sysparm_query=correlation_id=shown&sysparm_fields=state,assignment_group';
    const first = async (more: string) => ((await ask(path + more)).json?.['result'] as unknown[])[0];
    expect(await first('&sysparm_display_value=true')).toMatchObject({
      state: 'New',
      assignment_group: { value: sysId },
    });
    expect(await first('&sysparm_display_value=false&sysparm_exclude_reference_link=true')).toEqual({
      state: '1',
      assignment_group: sysId,
    });
  });

  test('refuses to end a ticket without the words that its data policy asks for', async () => {
    const { status } = await ask('/api/now/table/incident', { body: { state: '7' } });
    expect(status).toBe(403);
  });

  test('drops requests of a session that keeps its cookies, and answers an ended one with a page', async () => {
    const { cookies } = await ask('/api/now/table/incident?sysparm_limit=1');
    const cookie = cookies[0]?.split(';')[0] ?? '';
    const work = Promise.withResolvers<undefined>();
    double.sessionWork = work.promise;
    const many = Array.from({ length: 14 }, () => ask('/api/now/table/incident?sysparm_limit=1', { cookie }));
    while (double.cookies < 14) await new Promise((resolve) => setImmediate(resolve));
    work.resolve(undefined);
    const answered = (await Promise.all(many)).map(({ status }) => status);
    expect(answered.filter((status) => status === 202)).toHaveLength(3);
    expect(double.dropped).toBe(3);
    double.sessionsEnded = true;
    expect(await ask('/api/now/table/incident', { cookie })).toMatchObject({ status: 200, json: undefined });
    double.sessionsEnded = false;
  });

  test('answers 401 without a token that counts, 403 without the role, 400 where nothing is', async () => {
    expect((await ask('/api/now/table/incident', { authorization: 'Bearer nothing' })).status).toBe(401);
    const { name, password } = double.addUser('idle', []);
    const idle = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    const status = '/api/x_hldf_holdfast/v1/hub/status';
    expect((await ask(status, { authorization: idle })).status).toBe(403);
    expect((await ask(status)).json).toEqual({ result: { version: '1.0.0', user: 'hub' } });
    expect((await ask('/api/nothing')).status).toBe(400);
    double.endTokens();
    expect((await ask(status)).status).toBe(401);
  });
});
