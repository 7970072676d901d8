/**
 * Writes the passwords of a new installation into env files beside this one, mode 0600. Never overwrites: a password
 * that the database already has would be lost.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const password = () => randomBytes(24).toString('hex');
const [owner, app, dispatcher] = [password(), password(), password()];
const url = (user, secret, host) => `postgres://${user}:${secret}@${host}:5432/holdfast`;
const urls = (host) => ({
  HOLDFAST_POSTGRES_URL: url('holdfast_app', app, host),
  HOLDFAST_POSTGRES_DISPATCHER_URL: url('holdfast_dispatcher', dispatcher, host),
});

const FILES = {
  'postgres.env': {
    POSTGRES_USER: 'postgres',
    POSTGRES_DB: 'holdfast',
    POSTGRES_PASSWORD: owner,
    APP_PASSWORD: app,
    DISPATCHER_PASSWORD: dispatcher,
  },
  'owner.env': { HOLDFAST_POSTGRES_OWNER_URL: url('postgres', owner, 'postgres') },
  'holdfast.env': urls('postgres'),
  'recorder.env': urls('127.0.0.1'), // on the host's network
  'temporal.env': {
    // For the server.
    DB: 'postgres12',
    DB_PORT: '5432',
    POSTGRES_SEEDS: 'postgres',
    POSTGRES_USER: 'postgres',
    POSTGRES_PWD: owner,
    BIND_ON_IP: '0.0.0.0',
    // For the tool that makes its schema.
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: 'postgres',
    SQL_PORT: '5432',
    SQL_USER: 'postgres',
    SQL_PASSWORD: owner,
  },
};

for (const [name, variables] of Object.entries(FILES)) {
  const lines = Object.entries(variables).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(import.meta.dirname, name), lines.join(''), { mode: 0o600, flag: 'wx' });
}
