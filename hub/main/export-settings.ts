import type { Config } from '../config/settings.ts';
import type { ExportSettings } from '../exports/asking.ts';
import { consoleUrl } from './open-resources.ts';

/** The settings of exports, for the API and for the command line. */
export function exportSettings(config: Config): ExportSettings {
  return {
    limits: { recordings: config.exportApprovalRecordings, bytes: config.exportApprovalBytes },
    maxDays: config.exportMaxDays,
    publicUrl: consoleUrl(config).replace(/\/+$/, ''),
  };
}
