import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AnswerUntilAck } from './answer-until-ack.ts';
import { ClientTransaction, type ClientFailure } from './client-transaction.ts';
import type { Flow, Transport } from './flow.ts';
import { Headers } from './headers.ts';
import { parseMessage, type SipRequest, type SipResponse } from './message.ts';
import { buildResponse } from './response.ts';
import { ServerTransaction } from './server-transaction.ts';
import { requestLines } from './test-support/raw-peer.ts';
import { DEFAULT_TIMERS } from './timers.ts';

/** A flow that goes nowhere: these tests look at when a transaction sends, not at the network. */
const flow = (reliable: boolean): Flow => ({
  source: { transport: reliable ? 'tcp' : 'udp', address: '127.0.0.1', port: 5060 },
  local: { transport: 'udp', host: '127.0.0.1', port: 5060 },
  reliable,
  open: true,
  transport: {} as Transport,
  send: () => undefined,
});

const request = (method: string): SipRequest =>
  parseMessage(requestLines(method).join('\r\n').replaceAll('PORT', '5060')) as SipRequest;

const start = Date.now();
const since = (): number => Date.now() - start;

beforeEach(() => {
  jest.useFakeTimers({ now: start });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('ServerTransaction', () => {
  function server(
    method: string,
    reliable = false,
  ): { tx: ServerTransaction; sent: [number, number][]; ended: number[] } {
    const sent: [number, number][] = [];
    const ended: number[] = [];
    const tx = new ServerTransaction('k', request(method), flow(reliable), 'l', {
      timers: DEFAULT_TIMERS,
      send: (response) => sent.push([since(), response.status]),
      ended: () => ended.push(since()),
    });
    return { tx, sent, ended };
  }

  it('says 100 after 200 ms only when nobody has answered', () => {
    const quiet = server('INVITE');
    const quick = server('INVITE');
    quick.tx.respond(180);
    jest.advanceTimersByTime(1000);
    expect(quiet.sent).toEqual([[200, 100]]);
    expect(quick.sent).toEqual([[0, 180]]);
    expect(server('OPTIONS').sent).toEqual([]);
  });

  it('repeats a refusal by timer G until timer H when no ACK comes', () => {
    const { tx, sent, ended } = server('INVITE');
    tx.respond(486);
    jest.advanceTimersByTime(40_000);
    expect(sent.map(([at]) => at)).toEqual([
      0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(ended).toEqual([32_000]);
  });

  it('is quiet after the ACK and stays for timer I', () => {
    const { tx, sent, ended } = server('INVITE');
    tx.respond(486);
    jest.advanceTimersByTime(600);
    expect(tx.receive(request('ACK'))).toBe(false);
    tx.receive(request('INVITE'));
    jest.advanceTimersByTime(40_000);
    expect(sent.map(([at]) => at)).toEqual([0, 500]);
    expect(ended).toEqual([5600]);
  });

  it('absorbs retransmissions behind a 2xx and leaves its ACK to the dialog', () => {
    const { tx, sent, ended } = server('INVITE');
    tx.respond(200);
    tx.receive(request('INVITE'));
    expect(tx.receive(request('ACK'))).toBe(true);
    jest.advanceTimersByTime(40_000);
    expect(sent).toEqual([[0, 200]]);
    expect(ended).toEqual([32_000]);
  });

  it('repeats the last answer to a retransmission and stays for timer J, over UDP only', () => {
    const { tx, sent, ended } = server('OPTIONS');
    tx.receive(request('OPTIONS'));
    tx.respond(200);
    tx.receive(request('OPTIONS'));
    jest.advanceTimersByTime(40_000);
    expect(sent).toEqual([
      [0, 200],
      [0, 200],
    ]);
    expect(ended).toEqual([32_000]);
    const reliable = server('OPTIONS', true);
    reliable.tx.respond(200);
    jest.advanceTimersByTime(1);
    expect(reliable.ended).toHaveLength(1);
  });

  it('gives one final answer and no provisional after it', () => {
    const { tx, sent } = server('INVITE');
    expect(tx.respond(486)).toBeDefined();
    expect([tx.respond(200), tx.respond(180)]).toEqual([undefined, undefined]);
    expect(sent).toEqual([[0, 486]]);
    tx.terminate();
  });
});

describe('AnswerUntilAck', () => {
  function answered(): { answer: AnswerUntilAck; sent: number[]; timeouts: number[] } {
    const sent: number[] = [];
    const timeouts: number[] = [];
    const tx = new ServerTransaction('k', request('INVITE'), flow(true), 'l', {
      timers: DEFAULT_TIMERS,
      send: () => sent.push(since()),
      ended: () => undefined,
    });
    tx.respond(200);
    return { answer: new AnswerUntilAck(tx, DEFAULT_TIMERS, () => timeouts.push(since())), sent, timeouts };
  }

  it('repeats the 2xx after T1, doubling up to T2, over any flow, and gives up at 64 × T1', async () => {
    const { answer, sent, timeouts } = answered();
    jest.advanceTimersByTime(60_000);
    expect(sent.slice(0, 6)).toEqual([0, 500, 1500, 3500, 7500, 11_500]);
    expect(timeouts).toEqual([32_000]);
    expect(await answer.settled).toBe(false);
  });

  it('is over for good with the ACK', async () => {
    const { answer, sent, timeouts } = answered();
    jest.advanceTimersByTime(700);
    answer.acknowledge();
    jest.advanceTimersByTime(60_000);
    expect([sent, timeouts]).toEqual([[0, 500], []]);
    expect(await answer.settled).toBe(true);
  });
});

describe('ClientTransaction', () => {
  interface Watched {
    tx: ClientTransaction;
    sent: [number, string][];
    got: number[];
    failed: [number, ClientFailure['kind']][];
    ended: number[];
    answer: (status: number) => void;
  }

  function client(method: string, reliable = false): Watched {
    const sent: [number, string][] = [];
    const got: number[] = [];
    const failed: [number, ClientFailure['kind']][] = [];
    const ended: number[] = [];
    const ours = request(method);
    const host = {
      timers: DEFAULT_TIMERS,
      send: (message: SipRequest) => void sent.push([since(), message.method]),
      ended: () => void ended.push(since()),
    };
    const tx = new ClientTransaction('k', ours, flow(reliable), host, {
      onResponse: (response) => got.push(response.status),
      onFailure: (failure) => failed.push([since(), failure.kind]),
    });
    tx.start();
    const answer = (status: number): void =>
      tx.receive(buildResponse(ours, status, 'r') satisfies SipResponse);
    return { tx, sent, got, failed, ended, answer };
  }

  it('repeats an INVITE by timer A and gives up at timer B', () => {
    const { sent, failed } = client('INVITE');
    jest.advanceTimersByTime(40_000);
    expect(sent.map(([at]) => at)).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(failed).toEqual([[32_000, 'timeout']]);
  });

  it('repeats other requests by timer E up to T2, at T2 after a provisional, and gives up at timer F', () => {
    const silent = client('OPTIONS');
    jest.advanceTimersByTime(40_000);
    expect(silent.sent.map(([at]) => at).slice(0, 6)).toEqual([0, 500, 1500, 3500, 7500, 11_500]);
    expect(silent.failed).toEqual([[32_000, 'timeout']]);
    jest.setSystemTime(start);
    const slow = client('OPTIONS');
    slow.answer(100);
    jest.advanceTimersByTime(9000);
    expect(slow.sent.map(([at]) => at)).toEqual([0, 4000, 8000]);
    slow.tx.terminate();
  });

  it('sends once over a reliable flow', () => {
    const { sent, failed } = client('INVITE', true);
    jest.advanceTimersByTime(40_000);
    expect(sent).toHaveLength(1);
    expect(failed).toEqual([[32_000, 'timeout']]);
  });

  it('waits for timer C once an INVITE was answered provisionally', () => {
    const { sent, failed, answer } = client('INVITE');
    answer(180);
    jest.advanceTimersByTime(200_000);
    expect(sent).toHaveLength(1);
    expect(failed).toEqual([[180_000, 'timeout']]);
  });

  it('acknowledges a refusal, and again when it is repeated, until timer D', () => {
    const { sent, got, ended, answer } = client('INVITE');
    answer(486);
    answer(486);
    expect(sent.map(([, method]) => method)).toEqual(['INVITE', 'ACK', 'ACK']);
    expect(got).toEqual([486]);
    jest.advanceTimersByTime(40_000);
    expect(ended).toEqual([32_000]);
  });

  it('hands on every 2xx to INVITE until timer M, and never a refusal after it', () => {
    const { sent, got, ended, answer } = client('INVITE', true);
    answer(200);
    answer(200);
    answer(486);
    expect(got).toEqual([200, 200]);
    expect(sent).toHaveLength(1);
    jest.advanceTimersByTime(40_000);
    expect(ended).toEqual([32_000]);
  });

  it('takes one final answer to other requests and absorbs repeats for timer K', () => {
    const { got, ended, answer } = client('OPTIONS');
    answer(200);
    answer(200);
    jest.advanceTimersByTime(40_000);
    expect(got).toEqual([200]);
    expect(ended).toEqual([5000]);
  });

  it('copies branch, To and Route into the ACK of a refusal', () => {
    const ours = request('INVITE');
    const routed = { ...ours, headers: ours.headers.clone().append('Route', '<sip:p;lr>') };
    const sent: SipRequest[] = [];
    const host = {
      timers: DEFAULT_TIMERS,
      send: (message: SipRequest) => void sent.push(message),
      ended: () => undefined,
    };
    const tx = new ClientTransaction('k', routed, flow(true), host, {
      onResponse: () => undefined,
      onFailure: () => undefined,
    });
    tx.start();
    tx.receive({ ...buildResponse(routed, 486, 'r'), headers: new Headers([['To', '<sip:x>;tag=r']]) });
    const ack = sent[1];
    expect(ack?.headers.get('Via')).toBe(routed.headers.get('Via'));
    expect(ack?.headers.get('To')).toBe('<sip:x>;tag=r');
    expect(ack?.headers.get('CSeq')).toBe('1 ACK');
    expect(ack?.headers.getAll('Route')).toEqual(['<sip:p;lr>']);
    tx.terminate();
  });
});
