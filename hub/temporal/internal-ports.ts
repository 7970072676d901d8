import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { requireFreePort } from '../processes/free-port.ts';
import { INTERNAL_PORTS } from './server-config.ts';

/**
 * Membership ports must stay below 32768: the server keeps them in a PostgreSQL
 * smallint and does not start otherwise. The ports that systems hand out by
 * themselves lie above, so nothing takes these by chance.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

const PortList = z.array(z.int().min(LOWEST).max(HIGHEST)).length(INTERNAL_PORTS);

/**
 * Ports for the services behind the frontend. Those of the last start are
 * taken again while they are free: the server remembers its members by port for
 * some seconds, and a start on other ports would wait for the dead ones. Servers
 * with different frontends begin their search at different places.
 */
export async function chooseInternalPorts(path: string, frontend: number): Promise<readonly number[]> {
  const remembered = await readPorts(path);
  if (remembered !== undefined && (await Promise.all(remembered.map(isFree))).every(Boolean))
    return remembered;
  const ports: number[] = [];
  const span = HIGHEST - LOWEST + 1;
  for (let step = 0; ports.length < INTERNAL_PORTS; step += 1) {
    const port = LOWEST + ((frontend * INTERNAL_PORTS + step) % span);
    if (port !== frontend && (await isFree(port))) ports.push(port);
  }
  await writeFile(path, JSON.stringify(ports), { mode: 0o600 });
  return ports;
}

async function readPorts(path: string): Promise<readonly number[] | undefined> {
  try {
    return PortList.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // none yet, or a file cut short: new ones will do
  }
}

async function isFree(port: number): Promise<boolean> {
  return requireFreePort(port, '127.0.0.1', 'temporal-port').then(
    () => true,
    () => false,
  );
}
