import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { expect, test } from '@jest/globals';
import { html, sendPage } from './public-page.ts';

test('what is put into a page is text, wherever it stands', () => {
  const name = `"><script>alert('1')</script>&`;
  expect(html`<p title="${name}">${name}</p>`.html).not.toMatch(/<script|"[^"]*"[^>]*"/);
  expect(html`${html`<b>${'<'}</b>`}`.html).toBe('<b>&#60;</b>');
});

test('the policy of a page allows the style that is in it, and no other', () => {
  let policy = '';
  let sent = '';
  const response = {
    status: () => response,
    type: () => response,
    set: (headers: Record<string, string>) => ((policy = headers['Content-Security-Policy'] ?? ''), response),
    send: (page: string) => ((sent = page), response),
  };
  sendPage(response as unknown as Response, 200, 'Title', html`<h1>Page</h1>`);
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(sent) ?? [];
  expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(sent.match(/<style/g)).toHaveLength(1);
  expect(sent).not.toMatch(/<script| style=/);
});
