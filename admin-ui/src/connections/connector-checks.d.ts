/** Made when the console is built: `ops/console/connector-checks.ts`. */
declare module 'virtual:connector-checks' {
  /** Leaves what does not fit in `errors`. */
  type Check = ((value: unknown) => boolean) & {
    readonly errors?:
      | readonly {
          readonly instancePath: string;
          readonly keyword: string;
          readonly params: Readonly<Record<string, unknown>>;
        }[]
      | null;
  };
  /** By `id@version` of a connector, and `credential/kind`. */
  export const checks: Readonly<Record<string, Check>>;
}
