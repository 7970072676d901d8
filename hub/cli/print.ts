/** Writes a line for whoever ran the command. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a value for a script that runs the command, and for whoever reads along. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
