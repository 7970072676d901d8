import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { connectorById, connectors } from '../../../connectors/registry.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { describeTrial, hasSucceeded } from '../../connector-kit/describe-trial.ts';
import { formatFiles } from '../../connector-kit/format-files.ts';
import { keepReleased, lintConnector } from '../../connector-kit/lint-connector.ts';
import { newConnector } from '../../connector-kit/new-connector.ts';
import { tryConnector } from '../../connector-kit/try-connector.ts';
import { readYaml } from '../read-yaml.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** For authors of connectors, in a checkout: begin one, try it against a peer, hold it against the rules. */
export const connectorCommand = new Command('connector').description(
  'Shows the connectors of this build; begins, tries and checks one, for its author.',
);

connectorCommand
  .command('list')
  .description('Lists the connectors of this build.')
  .action(() => {
    for (const { manifest } of connectors)
      process.stdout.write(
        `${manifest.id.padEnd(18)} ${manifest.version.padEnd(8)} ${manifest.support.padEnd(10)} ${manifest.title}\n`,
      );
  });

connectorCommand
  .command('new')
  .description('Begins a connector: a folder that passes the acceptance suite, and a line in the registry.')
  .argument('<id>', 'Kebab case, such as acme-crm.')
  .requiredOption('--title <title>', 'Name of the remote system as people read it.')
  .action(async (id: string, { title }: { title: string }) => {
    const written = await newConnector(ROOT, { id, title });
    await formatFiles(ROOT, written);
    for (const path of written) process.stdout.write(`  ${path}\n`);
    process.stdout.write(
      `\nNow: node hub/cli/holdfast.ts connector test ${id}. What to change next stands in docs/write-a-connector.md.\n`,
    );
  });

connectorCommand
  .command('lint')
  .description(
    'Checks manifest, README and compatibility with the last release; without an id, of all connectors.',
  )
  .argument('[id]', 'Id of the connector.')
  .action(async (id?: string) => {
    for (const connector of id === undefined ? connectors : [connectorById(id)]) {
      const faults = await lintConnector(ROOT, connector);
      process.stdout.write(`${faults.length === 0 ? '✓' : '✗'} ${connector.manifest.id}\n`);
      for (const fault of faults) process.stdout.write(`    ${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
    }
  });

connectorCommand
  .command('release')
  .description('Keeps the manifest as that of a release, against which later ones are held.')
  .argument('<id>', 'Id of the connector.')
  .action(async (id: string) => {
    const connector = connectorById(id);
    const faults = await lintConnector(ROOT, connector);
    if (faults.length > 0)
      throw new HoldfastError(
        'conflict',
        `Not released: ${faults.join(' ')} Correct this, or raise the major version.`,
      );
    await keepReleased(ROOT, connector);
    process.stdout.write(`${id} ${connector.manifest.version} is kept as released.\n`);
  });

connectorCommand
  .command('test')
  .description('Runs the tests in the folder of a connector, the acceptance suite among them.')
  .argument('<id>', 'Id of the connector.')
  .option('--keep', 'Keeps what the suite found as acceptance.json, of which docs/connectors.md is made.')
  .action(async (id: string, { keep }: { keep?: true }) => {
    const pattern = `connectors/${connectorById(id).manifest.id}/`;
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const projects = ['--selectProjects', 'unit', 'integration', '--testPathPatterns', pattern];
    const env = { ...process.env, ...(keep === true ? { HOLDFAST_WRITE_ACCEPTANCE: '1' } : {}) };
    const child = spawn(process.execPath, [...flags, jest, ...projects], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
    });
    process.exitCode = await new Promise<number>((resolve) => {
      child.on('exit', (code) => resolve(code ?? 1));
    });
  });

connectorCommand
  .command('dev')
  .description(
    'Tries a connector against a peer of yours: checks, fields, a plan for two made-up recordings.',
  )
  .argument('<id>', 'Id of the connector.')
  .requiredOption('--config <file>', 'Configuration, YAML or JSON.')
  .option(
    '--credential <file>',
    'Credential, YAML or JSON, such as {"type":"bearer","token":"…"}; keep it out of the repository.',
  )
  .option('--send', 'Also writes the two recordings, and deletes them again.')
  .action(async (id: string, options: { config: string; credential?: string; send?: true }) => {
    const trial = await tryConnector(
      connectorById(id),
      {
        config: await readYaml(options.config, 'configuration'),
        credential:
          options.credential === undefined
            ? { type: 'none' }
            : await readYaml(options.credential, 'credential'),
        log: (level, message, fields) =>
          void process.stderr.write(`${level}: ${message} ${JSON.stringify(fields ?? {})}\n`),
      },
      options.send === true,
    );
    process.stdout.write(`${describeTrial(trial).join('\n')}\n`);
    if (!hasSucceeded(trial)) process.exitCode = 1;
  });
