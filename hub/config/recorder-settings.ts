import { z } from 'zod';
import { port, setting, text, type Setting } from './setting.ts';

/** Settings of how a recorder takes calls; a part of `SETTINGS`. docs/recorder-configuration.md. */
export const RECORDER_SETTINGS = {
  sipHost: setting(text.default('127.0.0.1'), 'Address on which the recorder takes SIP and RTP.', {
    flag: 'sip-host',
  }),
  sipPort: setting(port.default(5060), 'SIP port, UDP and TCP alike.', { flag: 'sip-port' }),
  rtpPortMin: setting(
    port.default(16384),
    'First port for RTP; a stream takes an even port and the odd one after it.',
    { flag: 'rtp-port-min' },
  ),
  rtpPortMax: setting(port.default(32766), 'Last port for RTP.', { flag: 'rtp-port-max' }),
  advertisedHost: setting(
    text.optional(),
    'Address that recording clients reach, where a NAT stands between; for SIP and RTP, unless recorderFile says more.',
    { flag: 'advertised-host' },
  ),
  recorderFile: setting(
    text.optional(),
    'YAML file for what one line cannot say: several listening addresses, TLS, allowed sources, SRTP, session timers, alerts; docs/recorder-configuration.md. Its `listen` and `media` win over sipHost, sipPort and advertisedHost.',
    { flag: 'recorder-file' },
  ),
  mediaThreads: setting(
    z.coerce.number().int().min(1).max(256).optional(),
    'Threads that receive and store media; by default all processors but one, and at least one.',
    { flag: 'media-threads' },
  ),
  drainGrace: setting(
    z.coerce.number().min(0).max(86_400).default(5),
    'Seconds that a stopping recorder gives calls in progress to end by themselves, before it ends them with BYE.',
    { flag: 'drain-grace' },
  ),
  maxCalls: setting(
    z.coerce.number().int().min(1).default(500),
    'Calls at once; one more gets 503 with Retry-After.',
    { flag: 'max-calls' },
  ),
} satisfies Record<string, Setting>;
