import { z } from 'zod';
import { list, port, postgresUrl, setting, type Setting } from './setting.ts';
import { TEMPORAL_SETTINGS } from './temporal-settings.ts';

/** Settings of database, Temporal and the processes beside them; a part of `SETTINGS`. */
export const SERVICE_SETTINGS = {
  postgresUrl: setting(postgresUrl, 'Database as the application role holdfast_app.', { secret: true }),
  postgresDispatcherUrl: setting(postgresUrl, 'Database as the role holdfast_dispatcher.', { secret: true }),
  postgresOwnerUrl: setting(
    postgresUrl.optional(),
    'Database as the owner of the schema; only `holdfast migrate` and `holdfast start` need it.',
    { secret: true },
  ),
  externalPostgres: setting(
    postgresUrl.optional(),
    'Use this PostgreSQL instead of the embedded one (owner URL).',
    { flag: 'external-postgres', secret: true },
  ),
  ...TEMPORAL_SETTINGS,
  workerQueues: setting(
    list.default(['lifecycle', 'media', 'connectors', 'spool']),
    'Task queues that this worker serves, with commas between; `spool` means spool.<node>.',
    { flag: 'queues' },
  ),
  recorderMetricsPort: setting(
    port.default(7091),
    'Port for health and metrics of the recorder, on the loopback.',
    { flag: 'recorder-metrics-port' },
  ),
  codecPort: setting(
    port.default(7093),
    'Port of the codec server (`holdfast codec`), on the address of httpHost.',
    {
      flag: 'codec-port',
    },
  ),
  startCodec: setting(
    z.stringbool().default(false),
    '`holdfast start` alone: whether it runs the codec server besides recorder, hub and worker; docs/operations.md.',
    { flag: 'start-codec' },
  ),
  codecOrigin: setting(
    z
      .url({ protocol: /^https?$/ })
      .regex(/^[a-z]+:\/\/[^/]+$/, 'an origin such as https://temporal.example')
      .optional(),
    "Origin of Temporal's web UI, whose pages may ask the codec server; without it only the command line may.",
    { flag: 'codec-origin' },
  ),
  workerMetricsPort: setting(
    port.default(7092),
    'Port for health and metrics of the worker, on the loopback.',
    { flag: 'worker-metrics-port' },
  ),
} satisfies Record<string, Setting>;
