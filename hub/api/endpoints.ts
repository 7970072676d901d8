import type { Endpoint } from './endpoint.ts';
import { listHolds } from './routes/holds/list-holds.ts';
import { placeHold } from './routes/holds/place-hold.ts';
import { releaseHold } from './routes/holds/release-hold.ts';
import { controlCalls } from './routes/live/control-calls.ts';
import { drainRecorders } from './routes/live/drain-recorders.ts';
import { listAlerts } from './routes/live/list-alerts.ts';
import { listLiveCalls } from './routes/live/list-live-calls.ts';
import { listRecorders } from './routes/live/list-recorders.ts';
import { readCommand } from './routes/live/read-command.ts';
import { listRecordings } from './routes/recordings/list-recordings.ts';
import { readCustody } from './routes/recordings/read-custody.ts';
import { readRecording } from './routes/recordings/read-recording.ts';
import { readTimeline } from './routes/recordings/read-timeline.ts';
import { readWaveform } from './routes/recordings/read-waveform.ts';

/** Every JSON endpoint of the API; a new one is a file and a line here. */
export const ENDPOINTS: readonly Endpoint[] = [
  listRecordings,
  readRecording,
  readWaveform,
  readTimeline,
  readCustody,
  listHolds,
  placeHold,
  releaseHold,
  listRecorders,
  ...drainRecorders,
  listLiveCalls,
  ...controlCalls,
  readCommand,
  listAlerts,
];
