import { Connection } from '@temporalio/client';

const ATTEMPT_MS = 2_000;

/** The server's version, from a real request to its frontend; undefined while it does not answer. */
export async function askVersion(address: string): Promise<string | undefined> {
  const connection = Connection.lazy({ address, connectTimeout: ATTEMPT_MS });
  try {
    const info = await connection.withDeadline(Date.now() + ATTEMPT_MS, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return info.serverVersion;
  } catch {
    return undefined;
  } finally {
    await connection.close();
  }
}
