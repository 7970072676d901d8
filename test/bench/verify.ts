import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCheckpoint } from '../../recorder-core/ledger/checkpoint.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { inclusionProof, verifyInclusion, type Proof } from '../../recorder-core/ledger/proofs.ts';
import { verifierKeyText } from '../../recorder-core/ledger/signed-note.ts';
import { formatTrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { exportBundle } from '../../recorder-core/verifier/testing/export-bundle.ts';
import { Installation } from '../../recorder-core/verifier/testing/installation.ts';
import type { Bench } from './bench.ts';
import { compare } from './rounds.ts';

const VERIFIER = fileURLToPath(new URL('../../recorder-core/verifier/holdfast-verify.ts', import.meta.url));
const ROUNDS = 2;
const RECORDINGS = 10_000;

/** Verifying a bundle of 10,000 recordings in a process of its own, against digesting its bytes. */
export const verify: Bench = {
  name: 'verify',
  async run({ folder, report }) {
    report(`making a bundle of ${RECORDINGS} recordings`);
    const installation = new Installation();
    for (let made = 0; made < RECORDINGS; made += 1) recordCall(installation);
    const proofVerifyMs = await measureProof(installation);
    const [bundle, trust] = [join(folder, 'bundle.zip'), join(folder, 'trust.json')];
    const made = await exportBundle(installation);
    await writeFile(bundle, made);
    await writeFile(trust, formatTrustFile(installation.trust()));
    const comparison = await compare(
      ROUNDS,
      async () => RECORDINGS / (await verifySeconds(bundle, trust)),
      async () => RECORDINGS / (await digestSeconds(bundle)),
    );
    return {
      what: 'Recordings of one bundle verified by the offline verifier, start of its process included',
      unit: 'recordings per second',
      baseline: 'SHA-256 and SHA-512 over the bytes of the same bundle, read from the same disk',
      comparison,
      details: { recordings: RECORDINGS, leaves: installation.log.size, bytes: made.length },
      notes: ['Each recording has 4 parts of 2 KB at most and 9 leaves, each leaf with its own proof.'],
      summary: { verify10kSeconds: RECORDINGS / comparison.subject.median, proofVerifyMs },
    };
  },
};

function recordCall(installation: Installation): void {
  const id = installation.record([randomBytes(2_000), randomBytes(2_000), Buffer.from('{}')]);
  installation.derive(id);
  for (let played = 0; played < 5; played += 1)
    installation.act('recording.played', { type: 'recording', id }, {}, { actor: 'A. Müller' });
}

/** One proof, from the note and the bytes of the leaf to the answer, in milliseconds; the mean over entries all along the log. */
async function measureProof(installation: Installation): Promise<number> {
  const { log, origin } = installation;
  const checkpoint = await installation.note();
  const trusted = { origin, verifierKeys: [verifierKeyText(origin, installation.signingKey)] };
  const indices = Array.from({ length: 200 }, (_, at) => Math.floor((at * log.size) / 200));
  const proofs = await Promise.all(indices.map((index) => inclusionProof(index, log.size, log.readNode)));
  const startedAt = performance.now();
  for (const [at, index] of indices.entries()) {
    const { size, root } = openCheckpoint(checkpoint, trusted);
    const entry = log.entries[index] as Buffer;
    parseLeaf(entry);
    if (!verifyInclusion(entry, index, size, proofs[at] as Proof, root))
      throw new Error('A sound proof failed.');
  }
  return (performance.now() - startedAt) / indices.length;
}

/** Runs the verifier on a bundle that is sound. */
async function verifySeconds(bundle: string, trust: string): Promise<number> {
  const startedAt = performance.now();
  const args = ['--disable-warning=ExperimentalWarning', VERIFIER, bundle, '--trust', trust, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The verifier ended with ${code} on a bundle that is sound.`);
  return (performance.now() - startedAt) / 1000;
}

async function digestSeconds(path: string): Promise<number> {
  const startedAt = performance.now();
  const bytes = await readFile(path);
  for (const algorithm of ['sha256', 'sha512']) createHash(algorithm).update(bytes).digest();
  return (performance.now() - startedAt) / 1000;
}
