import type { TargetGroup } from '../config.ts';

/**
 * Checks the list that discovery files and HTTP endpoints hold: `[{targets: ["host:port", …], labels: {name: value}}, …]`.
 * Throws an Error that says where it is wrong.
 */
export function parseTargetList(value: unknown): TargetGroup[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Error('expected a list of target groups');
  return value.map((group: unknown, index) => {
    const where = `target group ${index}`;
    if (typeof group !== 'object' || group === null || Array.isArray(group)) {
      throw new Error(`${where}: expected an object with "targets" and "labels"`);
    }
    const { targets = [], labels = {}, ...rest } = group as Record<string, unknown>;
    const [stray] = Object.keys(rest);
    if (stray !== undefined) throw new Error(`${where}: unknown field "${stray}"`);
    if (!Array.isArray(targets) || targets.some((target) => typeof target !== 'string')) {
      throw new Error(`${where}: "targets" must be a list of strings`);
    }
    if (labels !== null && (typeof labels !== 'object' || Array.isArray(labels))) {
      throw new Error(`${where}: "labels" must map names to strings`);
    }
    const checked: Record<string, string> = {};
    for (const [name, text] of Object.entries(labels ?? {})) {
      if (typeof text === 'object') throw new Error(`${where}: label "${name}" must be a string`);
      checked[name] = String(text);
    }
    return { targets: targets as string[], labels: checked };
  });
}

export function withAddress(address: string): Readonly<Record<string, string>> {
  return { __address__: address };
}
