import { existsSync, readdirSync } from 'node:fs';
import { extname, sep } from 'node:path';
import express, { type RequestHandler, type Response } from 'express';

/** In the order in which they are preferred: the smaller one first. */
const CODINGS = [
  { coding: 'br', ending: '.br' },
  { coding: 'gzip', ending: '.gz' },
] as const;

/**
 * Files of a folder that stand there compressed as well (`app.js.br`, `app.js.gz`, as the console's build writes them): whoever
 * takes a coding gets that file under the plain name. What has none is passed on, and ranges are. The folder is read
 * once, for a build is not changed while it is served.
 */
export function serveCompressed(folder: string, options: { readonly maxAge?: string } = {}): RequestHandler {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const there = new Set(names.map((name) => `/${name.split(sep).join('/')}`));
  const files = express.static(folder, {
    ...options,
    immutable: options.maxAge !== undefined,
    index: false,
    setHeaders: describeContent,
  });
  return (request, response, next) => {
    response.vary('Accept-Encoding');
    const chosen = CODINGS.find(
      ({ coding, ending }) =>
        there.has(`${request.path}${ending}`) && request.acceptsEncodings(coding) === coding,
    );
    if (chosen === undefined || request.get('range') !== undefined) {
      next();
      return;
    }
    const asked = request.url;
    request.url = `${request.path}${chosen.ending}`;
    files(request, response, (error?: unknown) => {
      request.url = asked;
      next(error);
    });
  };
}

/** The type is that of what comes out. */
function describeContent(response: Response, path: string): void {
  const chosen = CODINGS.find(({ ending }) => path.endsWith(ending));
  if (chosen === undefined) return;
  response.set('Content-Encoding', chosen.coding);
  response.type(extname(path.slice(0, -chosen.ending.length)));
}
