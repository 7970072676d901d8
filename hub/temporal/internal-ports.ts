import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { freePort, requireFreePort } from '../main/free-port.ts';
import { INTERNAL_PORTS } from './server-config.ts';

const PortList = z.array(z.int().min(1).max(65535)).length(INTERNAL_PORTS);

/**
 * Ports for the services behind the frontend. Those of the last start are
 * taken again while they are free: the server remembers its members by port for
 * some seconds, and a start on other ports would wait for the dead ones.
 */
export async function chooseInternalPorts(path: string): Promise<readonly number[]> {
  const remembered = await readPorts(path);
  if (remembered !== undefined && (await allFree(remembered))) return remembered;
  const ports = new Set<number>();
  while (ports.size < INTERNAL_PORTS) ports.add(await freePort());
  await writeFile(path, JSON.stringify([...ports]), { mode: 0o600 });
  return [...ports];
}

async function readPorts(path: string): Promise<readonly number[] | undefined> {
  try {
    return PortList.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // none yet, or a file cut short: new ones will do
  }
}

async function allFree(ports: readonly number[]): Promise<boolean> {
  const checks = await Promise.allSettled(
    ports.map((port) => requireFreePort(port, '127.0.0.1', 'temporal')),
  );
  return checks.every(({ status }) => status === 'fulfilled');
}
