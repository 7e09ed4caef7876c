import { ActionIcon, Autocomplete, Button, Select, Stack, Text } from '@mantine/core';
import type { Matcher, MatchType } from '@petrel/model';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ClipboardEvent, ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import classes from './matcher-rows.module.css';
import { parseFilter } from './matchers-text.ts';
import { regexProblem } from './matching.ts';

export interface MatcherRowsProps {
  readonly matchers: readonly Matcher[];
  /** Names and values to choose from. */
  readonly suggestions: ReadonlyMap<string, readonly string[]>;
  readonly onChange: (matchers: readonly Matcher[]) => void;
}

const TYPES: readonly MatchType[] = ['=', '!=', '=~', '!~'];
const MAX_SUGGESTIONS = 100;
const EMPTY: Matcher = { name: '', type: '=', value: '' };

/** A row for each matcher. Whole selectors may be pasted into a name. */
export function MatcherRows({ matchers, suggestions, onChange }: MatcherRowsProps): ReactNode {
  const { t } = useI18n();
  const rows = matchers.length === 0 ? [EMPTY] : matchers;
  const replace = (index: number, ...next: readonly Matcher[]): void =>
    onChange([...rows.slice(0, index), ...next, ...rows.slice(index + 1)]);
  const paste = (event: ClipboardEvent, index: number): void => {
    const found = parseFilter(event.clipboardData.getData('text')).matchers;
    if (found.length === 0) return;
    event.preventDefault();
    replace(index, ...found);
  };
  return (
    <Stack gap={6}>
      {rows.map((matcher, index) => {
        const problem = regexProblem(matcher);
        const change = (part: Partial<Matcher>): void => replace(index, { ...matcher, ...part });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity while they are typed
          <div key={index} className={classes.row} data-testid="matcher">
            <Autocomplete
              size="xs"
              aria-label={t('matchers.name')}
              placeholder={t('matchers.name')}
              data-testid="matcher-name"
              value={matcher.name}
              data={[...suggestions.keys()]}
              onChange={(name) => change({ name })}
              onPaste={(event) => paste(event, index)}
            />
            <Select
              size="xs"
              aria-label={t('matchers.type')}
              allowDeselect={false}
              value={matcher.type}
              data={[...TYPES]}
              comboboxProps={{ width: 70 }}
              onChange={(type) => change({ type: (type ?? '=') as MatchType })}
            />
            <Autocomplete
              size="xs"
              aria-label={t('matchers.value')}
              placeholder={t('matchers.value')}
              data-testid="matcher-value"
              value={matcher.value}
              data={[...(suggestions.get(matcher.name) ?? [])]}
              limit={MAX_SUGGESTIONS}
              error={problem !== undefined}
              onChange={(value) => change({ value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label={t('matchers.remove')}
              disabled={rows.length === 1 && matcher.name === ''}
              onClick={() => replace(index)}
            >
              <IconTrash size={15} />
            </ActionIcon>
            {problem !== undefined && (
              <Text size="xs" c="red" className={classes.problem ?? ''}>
                {problem}
              </Text>
            )}
          </div>
        );
      })}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={13} />}
        style={{ alignSelf: 'start' }}
        data-testid="add-matcher"
        onClick={() => onChange([...rows, EMPTY])}
      >
        {t('matchers.add')}
      </Button>
    </Stack>
  );
}
