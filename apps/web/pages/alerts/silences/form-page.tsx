import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { useLocation } from '../../../shell/location.ts';
import { useSilences } from '../alertmanager/queries.ts';
import { parseFilter } from '../matchers/matchers-text.ts';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { rememberedAuthor } from './author.ts';
import type { SilenceDraft } from './data.ts';
import { toMatcher } from './data.ts';
import { SilenceForm } from './form.tsx';

const DEFAULT_MS = 2 * 3_600_000;

/** `?filter=` begins with matchers, `?id=` edits a silence, `?from=` begins with one that is over. */
export function SilenceFormPage(): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const id = search.get('id') ?? undefined;
  const source = id ?? search.get('from') ?? undefined;
  const silences = useSilences();
  if (source === undefined) {
    const { matchers } = parseFilter(search.getAll('filter').join(' '));
    return <SilenceForm start={{ ...newDraft(), matchers, comment: search.get('comment') ?? '' }} />;
  }
  if (silences.error !== null) return <Failure error={silences.error} retry={() => void silences.refetch()} />;
  if (silences.data === undefined) return <Busy>{t('silences.loading')}</Busy>;
  const found = silences.data.find((one) => one.id === source);
  if (found === undefined) return <Empty title={t('silences.gone', { id: source })} />;
  const matchers = found.matchers.map(toMatcher);
  const edited =
    id === undefined ? {} : { id, startsAtMs: Date.parse(found.startsAt), endsAtMs: Date.parse(found.endsAt) };
  return (
    <Stack>
      <SilenceForm start={{ ...newDraft(), matchers, comment: found.comment, ...edited }} />
    </Stack>
  );
}

function newDraft(): SilenceDraft {
  return {
    id: undefined,
    matchers: [],
    startsAtMs: undefined,
    endsAtMs: Date.now() + DEFAULT_MS,
    author: rememberedAuthor(),
    comment: '',
  };
}
