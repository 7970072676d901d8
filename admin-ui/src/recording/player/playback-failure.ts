import { call } from '../../api/client.ts';
import { ProblemError } from '../../api/problem.ts';
import { t } from '../../i18n/t.ts';

/** Why nothing is heard, as the player says it. */
export interface PlaybackFailure {
  readonly title: string;
  readonly detail: string;
  /** Whether pressing play again can help. */
  readonly mayRetry: boolean;
  /** The policies refuse it; they can be asked why. */
  readonly refused?: true;
}

/**
 * Finds out why the audio element failed, which tells no reason itself: one byte is asked for, and the hub's problem
 * document answers.
 */
export async function explainPlaybackFailure(audioUrl: string): Promise<PlaybackFailure> {
  try {
    // The body of a success is audio and not read as an answer; only a refusal matters here.
    await call(audioUrl, { range: 'bytes=0-0' });
  } catch (error) {
    return failureOf(error);
  }
  return {
    title: t('Playback stopped'),
    detail: t('The connection to the hub was interrupted while playing. Press play to go on.'),
    mayRetry: true,
  };
}

/** The words for a refusal of the audio. */
export function failureOf(error: unknown): PlaybackFailure {
  if (!(error instanceof ProblemError)) {
    return {
      title: t('The recording cannot be played'),
      detail: t('Reload the page and try again.'),
      mayRetry: true,
    };
  }
  if (error.code === 'integrity_failed') {
    return {
      title: t('This part failed its integrity check and is not played. An audited event was raised.'),
      detail: error.message,
      mayRetry: false,
    };
  }
  const mayRetry = error.status === 0 || error.status >= 500 || error.status === 429;
  const refused = error.status === 403 && error.code === 'forbidden';
  return { title: error.title, detail: error.message, mayRetry, ...(refused && { refused }) };
}
