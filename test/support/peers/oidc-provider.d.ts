/** The part of the package, which has no types of its own, that the authorization server of the tests uses. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  interface Model {
    readonly isValid: boolean;
    readonly accountId?: string;
    readonly clientId?: string;
  }

  interface GrantContext {
    readonly oidc: {
      readonly params: Record<string, string>;
      readonly client: { readonly clientId: string };
    };
    body: unknown;
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    proxy: boolean;
    readonly AccessToken: {
      new (values: object): { save(): Promise<string>; readonly expiration: number };
      find(token: string): Promise<Model | undefined>;
      revokeByGrantId(grantId: string): Promise<void>;
    };
    readonly RefreshToken: { revokeByGrantId(grantId: string): Promise<void> };
    readonly ClientCredentials: { find(token: string): Promise<Model | undefined> };
    readonly Grant: new (values: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    callback(): RequestListener;
    on(event: string, listener: (...about: unknown[]) => void): void;
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{ prompt: { name: string }; params: { client_id: string; scope: string } }>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
    registerGrantType(
      name: string,
      handler: (context: GrantContext) => Promise<void>,
      parameters: readonly string[],
    ): void;
  }
  export default Provider;

  export const errors: { readonly InvalidGrant: new (reason: string) => Error };
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  const MemoryAdapter: new (model: string) => object;
  export default MemoryAdapter;
}
