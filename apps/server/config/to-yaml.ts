import { stringify } from 'yaml';
import type { PetrelConfig } from './config.ts';
import { rootConfig } from './sections/root.ts';

/**
 * The effective configuration as YAML, in the keys of petrel.yml, defaults filled in, secrets as `<secret>`: what
 * /api/v1/status/config answers. Kinds of discovery that Petrel does not have are left out.
 */
export function toYaml(config: PetrelConfig): string {
  const { storage, downsample, ...rest } = config;
  const section = {
    ...rest,
    scrapeConfigFiles: [],
    storage: { config: storage, remoteWrite: [] },
    thanos: { downsample },
  };
  return stringify(rootConfig(config.global).encode(section), { lineWidth: 0, aliasDuplicateObjects: false });
}
