import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { parseUri } from '../../../recorder-core/sip/uri.ts';

const ANY_PORT = 9;

/**
 * Our own address that packets to a SIP URI leave from. Nothing is sent.
 *
 * @throws HoldfastError `invalid_input` when it is no SIP URI, `unavailable` when no way leads there
 */
export async function localAddressTowards(uri: string): Promise<string> {
  const host = parseUri(uri)?.host;
  if (host === undefined) {
    throw new HoldfastError(
      'invalid_input',
      'The target is no SIP URI; write it as sip:recorder@192.0.2.1:5060, an IPv6 address in brackets.',
      { field: 'target' },
    );
  }
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    const connected = once(socket, 'connect');
    socket.connect(ANY_PORT, host.replace(/^\[|\]$/g, ''));
    await connected;
    return socket.address().address;
  } catch (cause) {
    throw new HoldfastError(
      'unavailable',
      'No network leads to the target; check its name and address, or name our own with --local.',
      { field: 'target', cause },
    );
  } finally {
    socket.close();
  }
}
