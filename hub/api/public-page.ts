import { createHash } from 'node:crypto';
import type { Response } from 'express';

const STYLE = `
:root{color-scheme:light dark;--ground:#f7f9fa;--surface:#fff;--line:#d9dfe2;--ink:#182126;--quiet:#566268;--accent:#0f6473;--accent-ink:#fff;--sunken:#eff3f4;--bad:#a3271b}
@media (prefers-color-scheme:dark){:root{--ground:#11181c;--surface:#182126;--line:#313c42;--ink:#e8edef;--quiet:#a5b1b7;--accent:#7fd1de;--accent-ink:#0a2a30;--sunken:#212b31;--bad:#f0958b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}
main{max-width:42rem;margin:0 auto;padding:2.5rem 1rem}
.card{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:1.5rem}
h1{font-size:1.3rem;line-height:1.3;margin:.25rem 0 1rem}
h2{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:.5rem 0}
.from,dt,.note{color:var(--quiet);font-size:.875rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:1rem 0}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
pre{background:var(--sunken);border-radius:8px;padding:.75rem;margin:.5rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin:1rem 0 .35rem}
input{font:inherit;width:100%;padding:.55rem .75rem;border:1px solid var(--quiet);border-radius:8px;background:var(--surface);color:inherit;letter-spacing:.08em}
.button{display:inline-block;font:inherit;font-weight:600;margin:1rem .5rem 0 0;padding:.6rem 1.1rem;border:1px solid var(--accent);border-radius:8px;background:var(--accent);color:var(--accent-ink);text-decoration:none;cursor:pointer}
.second{background:transparent;color:var(--accent)}
a{color:var(--accent)}
a.button{color:var(--accent-ink)}
a.second{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.bad{color:var(--bad);font-weight:600}
`;

/** No script, no image, nothing from anywhere: the page has one style of its own and one form. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** HTML that is put together by `html` and needs no more escaping. */
export interface Html {
  readonly html: string;
}

/** Put together by hand: a formatter that adds a space to it would make it another style than the policy allows. */
const STYLE_ELEMENT: Html = { html: `<style>${STYLE}</style>` };

/** A template whose values are escaped unless they are HTML already. */
export function html(texts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  return { html: texts.reduce((made, text, i) => made + escaped(values[i - 1] ?? '') + text) };
}

function escaped(value: string | Html): string {
  if (typeof value !== 'string') return value.html;
  return value.replaceAll(/[&<>"']/g, (special) => `&#${special.codePointAt(0) ?? 0};`);
}

/** Sends a page under its own policy; nothing of it is kept by anyone on the way. */
export function sendPage(response: Response, status: number, title: string, body: Html): void {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main><div class="card">${body}</div></main>
      </body>
    </html> `;
  response
    .status(status)
    .set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
    .type('html')
    .send(page.html);
}
