import type { SipRequest, SipResponse } from '../message.ts';
import type { Dialog, UserAgentOptions } from '../user-agent.ts';
import { startAgent, type TestAgent } from './agents.ts';
import { RawPeer, requestLines } from './raw-peer.ts';

/** A peer that writes its own bytes, in a call with an agent of ours over UDP. */
export interface PeerCall {
  readonly srs: TestAgent;
  readonly peer: RawPeer;
  readonly dialog: Dialog;
  /** Our 2xx. */
  readonly ok: SipResponse;
  /** Headers that put a request of the peer into the dialog. */
  inDialog(method: string, cseq: number): Record<string, string>;
  /** Sends a request in the dialog and gives its final answer. */
  ask(method: string, cseq: number, headers?: Record<string, string>, body?: string): Promise<SipResponse>;
  /** Sends the ACK of our 2xx. */
  acknowledge(): void;
  /** Answers a request of ours. */
  answer(request: SipRequest, start: string, ...headers: string[]): void;
}

const peers: RawPeer[] = [];

/** Calls an agent with these headers and the body; it answers with SDP. The ACK is left to the test. */
export async function callFromPeer(
  options: Partial<UserAgentOptions> = {},
  headers: Record<string, string> = {},
  body = '',
): Promise<PeerCall> {
  const srs = await startAgent('udp', options);
  const peer = await peerOf(srs);
  peer.send(...requestLines('INVITE', headers, body));
  const invite = await srs.invites.when(() => true);
  const dialog = invite.accept({ contentType: 'application/sdp', body: Buffer.from('v=0') });
  const ok = await peer.responses.when(({ status }) => status === 200);
  const inDialog = (method: string, cseq: number): Record<string, string> => ({
    Via: `SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK-${method}-${String(cseq)};rport`,
    To: ok.headers.get('To') ?? '',
    CSeq: `${String(cseq)} ${method}`,
  });
  return {
    srs,
    peer,
    dialog,
    ok,
    inDialog,
    ask: (method, cseq, over = {}, content = '') => {
      peer.send(...requestLines(method, { ...inDialog(method, cseq), ...over }, content));
      return peer.responses.when(
        ({ status, headers: theirs }) => status >= 200 && theirs.get('CSeq') === `${String(cseq)} ${method}`,
      );
    },
    acknowledge: () => {
      peer.send(...requestLines('ACK', inDialog('ACK', 1)));
    },
    answer: (request, start, ...more) => {
      const same = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
        (name) => `${name}: ${request.headers.get(name) ?? ''}`,
      );
      peer.send(`SIP/2.0 ${start}`, ...same, ...more, '', '');
    },
  };
}

/** Another peer of an agent; `closePeers` ends it. */
export async function peerOf(agent: TestAgent): Promise<RawPeer> {
  const peer = await RawPeer.udp(agent.address);
  peers.push(peer);
  return peer;
}

/** Closes every peer that a test made here. */
export function closePeers(): void {
  for (const peer of peers.splice(0)) peer.close();
}
