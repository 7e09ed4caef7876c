import { list, where } from '@petrel/config/schema/composite.ts';
import { boolean, show, string } from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';
import { accepted, field, refuse, table } from '@petrel/config/schema/schema.ts';
import type { OtlpConfig } from '@petrel/receive';
import { DEFAULT_OTLP_CONFIG } from '@petrel/receive';

const defaults = DEFAULT_OTLP_CONFIG;
const STRATEGIES: readonly OtlpConfig['translationStrategy'][] = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
];

const strategy: Type<OtlpConfig['translationStrategy']> = {
  name: 'translation strategy',
  choices: STRATEGIES,
  decode(node, place) {
    const found = STRATEGIES.find((name) => node.kind === 'scalar' && node.text === name);
    const text = node.kind === 'scalar' ? node.text : node.kind;
    return found ?? refuse(node, place, `unsupported OTLP translation strategy ${show(text)}`, STRATEGIES);
  },
  encode: (value) => value,
};

/** The table of `otlp`; names that need UTF-8 are not for a server that is set to legacy names. */
export function otlpConfig(validation: 'utf8' | 'legacy') {
  return table<OtlpConfig>(
    'otlp',
    {
      promoteAllResourceAttributes: field(
        'promote_all_resource_attributes',
        boolean,
        defaults.promoteAllResourceAttributes,
        'Every resource attribute becomes a label.',
      ),
      promoteResourceAttributes: field(
        'promote_resource_attributes',
        attributes('promote_resource_attributes'),
        [],
        'Resource attributes that become labels.',
      ),
      ignoreResourceAttributes: field(
        'ignore_resource_attributes',
        attributes('ignore_resource_attributes'),
        [],
        'Those that do not, when all others do.',
      ),
      translationStrategy: field(
        'translation_strategy',
        strategy,
        defaults.translationStrategy,
        'How names are translated.',
      ),
      keepIdentifyingResourceAttributes: field(
        'keep_identifying_resource_attributes',
        boolean,
        defaults.keepIdentifyingResourceAttributes,
        'Keep service.name and its like in target_info.',
      ),
      convertHistogramsToNhcb: field(
        'convert_histograms_to_nhcb',
        boolean,
        defaults.convertHistogramsToNhcb,
        'Explicit buckets become native histograms with custom buckets.',
      ),
      promoteScopeMetadata: field(
        'promote_scope_metadata',
        boolean,
        defaults.promoteScopeMetadata,
        'The scope becomes labels.',
      ),
    },
    {
      accepted: {
        label_name_underscore_sanitization: accepted(boolean, 'Always as Prometheus does by default.'),
        label_name_preserve_multiple_underscores: accepted(boolean, 'Always as Prometheus does by default.'),
      },
      check(otlp, report) {
        if (otlp.promoteAllResourceAttributes && otlp.promoteResourceAttributes.length > 0) {
          report.error(
            'promote_resource_attributes',
            "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
          );
        }
        if (!otlp.promoteAllResourceAttributes && otlp.ignoreResourceAttributes.length > 0) {
          report.error(
            'ignore_resource_attributes',
            "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
          );
        }
        const needsUtf8 =
          otlp.translationStrategy === 'NoTranslation' || otlp.translationStrategy === 'NoUTF8EscapingWithSuffixes';
        if (validation === 'legacy' && needsUtf8) {
          report.error(
            'translation_strategy',
            `OTLP translation strategy "${otlp.translationStrategy}" is not allowed when UTF8 is disabled`,
          );
        }
      },
    },
  );
}

function attributes(key: string): Type<readonly string[]> {
  const trimmed: Type<string> = {
    ...string,
    decode: (node, place) => string.decode(node.kind === 'scalar' ? { ...node, text: node.text.trim() } : node, place),
  };
  return where(list(trimmed), (names) => {
    if (names.includes('')) return `invalid '${key}': an attribute is empty`;
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    return twice === undefined ? undefined : `invalid '${key}': ${show(twice)} stands there twice`;
  });
}
