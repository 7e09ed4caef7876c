import { createRequire } from 'node:module';

declare const connectionBrand: unique symbol;
declare const streamBrand: unique symbol;
/** A connection of the library: one query at a time, its own settings and parameters. */
export type NativeConnection = { readonly [connectionBrand]: true };
export type NativeStream = { readonly [streamBrand]: true };

export interface NativeResult {
  /** Formatted output, owned by JavaScript. */
  readonly bytes: Buffer;
  /** Seconds. */
  readonly elapsed: number;
  /** Rows of the result; with INSERT … FROM INFILE the rows written. */
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface NativeChunk {
  readonly done: boolean;
  readonly bytes: Buffer;
  readonly numRows: number;
}

/** The functions of chDB's addon that this server uses. Those that return a promise run on libuv's thread pool. */
export interface NativeLibrary {
  CreateConnection(path: string, args: readonly string[]): NativeConnection;
  CloseConnection(connection: NativeConnection): void;
  QueryAsyncConnection(connection: NativeConnection, sql: string, format: string): Promise<NativeResult>;
  /** Plans on the calling thread. */
  StreamQuery(connection: NativeConnection, sql: string, format: string): NativeStream;
  StreamFetch(stream: NativeStream): Promise<NativeChunk>;
  /** Must not be called while a fetch is under way. */
  StreamCancel(stream: NativeStream): void;
}

/** `loaderPath` is chdb's own loader, which finds the package with the library for this platform. */
export function loadNativeLibrary(loaderPath: string): NativeLibrary {
  const loader = createRequire(loaderPath)(loaderPath) as { loadNative(): NativeLibrary };
  return loader.loadNative();
}
