/** What the parent sends once, over the process channel: the password is never on a command line. */
export interface ChildConfiguration {
  readonly directory: string;
  /** 0: any free port. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly memoryBytes: number;
  readonly sessions: number;
  readonly loaderPath: string;
  readonly spoolName: string;
  readonly configFile?: string | undefined;
}

/** What the child tells. */
export type ChildMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'ready'; readonly version: string; readonly openedMs: number }
  | { readonly kind: 'failed'; readonly message: string };
