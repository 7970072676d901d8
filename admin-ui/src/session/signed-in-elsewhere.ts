/** Between the windows of this console in one browser. */
const CHANNEL = 'holdfast-session';

/** Tells the other windows that somebody has signed in; who it is they ask the hub. */
export function tellSignedIn(): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('signed-in');
  channel.close();
}

/** Is told when another window has signed in; answers what ends that. */
export function onSignedInElsewhere(told: () => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', told);
  return () => {
    channel.close();
  };
}
