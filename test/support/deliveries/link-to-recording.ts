/** Where people would see a recording, as the workers of tests and benches say it to connected systems. */
export function linkToRecording(id: string): string {
  return `https://console.example/recordings/${id}`;
}
