/** The handlers of the endpoints: they bind the logic to GlideRecord and do nothing else. */
import { GlideRecord, gs } from '@servicenow/glide';
import { answer, type routes } from './routes.ts';
import type { Row } from './row.ts';

interface Request {
  readonly body?: { readonly dataString: string };
}
interface Response {
  setStatus(status: number): void;
  setBody(body: unknown): void;
}

const open = (table: string): Row => new GlideRecord(table) as unknown as Row;

function handle(route: keyof typeof routes, request: Request, response: Response): void {
  const { status, body } = answer(
    { open, user: gs.getUserName() },
    route,
    request.body === undefined ? '' : request.body.dataString,
  );
  response.setStatus(status);
  response.setBody(body);
}

export function status(request: Request, response: Response): void {
  handle('status', request, response);
}

export function upsertRecordings(request: Request, response: Response): void {
  handle('recordings', request, response);
}

export function withdrawRecordings(request: Request, response: Response): void {
  handle('withdrawals', request, response);
}

export function findRecordings(request: Request, response: Response): void {
  handle('find', request, response);
}

export function upsertTickets(request: Request, response: Response): void {
  handle('tickets', request, response);
}
