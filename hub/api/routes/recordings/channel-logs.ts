import type { LoggedPart } from '../../../../recorder-core/media/channel-timeline.ts';
import { channelLogs as logsOf } from '../../../../recorder-core/records/channel-sound.ts';
import type { Channel } from '../../../../recorder-core/records/channels.ts';
import { streamPart } from '../../../../recorder-core/records/open-part.ts';
import { watched, type Reader } from './reporting-damage.ts';

/** The packet logs of a channel with their clock plans, each opened when it is first read; damage is reported. */
export function channelLogs(reader: Reader, channel: Channel): LoggedPart[] {
  const { services, identity } = reader;
  return logsOf(channel, (part) => watched(reader, part, streamPart(services, identity.tenantId, part)));
}
