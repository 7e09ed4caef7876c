import type { SecureVersion } from 'node:tls';
import type { TlsConfig, TlsVersion } from './http-client-config.ts';
import type { SecretFiles } from './secret.ts';

/** What node:tls and node:https take. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

const VERSIONS: Record<TlsVersion, SecureVersion> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** Reads the files that the configuration names; rejects when one is missing. */
export async function loadTlsOptions(config: TlsConfig, secrets: SecretFiles): Promise<TlsOptions> {
  const [ca, cert, key] = await Promise.all([
    secrets.either(config.ca, config.caFile),
    secrets.either(config.cert, config.certFile),
    secrets.either(config.key, config.keyFile),
  ]);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(config.serverName !== undefined && { servername: config.serverName }),
    ...(config.insecureSkipVerify === true && { rejectUnauthorized: false }),
    ...(config.minVersion !== undefined && { minVersion: VERSIONS[config.minVersion] }),
    ...(config.maxVersion !== undefined && { maxVersion: VERSIONS[config.maxVersion] }),
  };
}
