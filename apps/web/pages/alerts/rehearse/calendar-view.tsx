import { Group, Stack, Text } from '@mantine/core';
import type { RehearsalData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import heat from '../heat-map/heat-map.module.css';
import { HeatMap } from '../heat-map/heat-map.tsx';
import type { CalendarReceiver } from './calendar.ts';
import { notificationsOf, toCalendar } from './calendar.ts';
import { NotificationLine } from './changes.tsx';
import classes from './rehearse.module.css';

interface Place {
  readonly side: 'proposed' | 'current';
  readonly receiver: string;
  /** Indices. */
  readonly day: number;
  readonly hour: number;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => (hour % 6 === 0 ? String(hour).padStart(2, '0') : ''));

/** Days by hours for each receiver, both configurations side by side; an hour that is pointed at shows its notifications. */
export function CalendarView({ result }: { readonly result: RehearsalData }): ReactNode {
  const { t } = useI18n();
  const calendar = useMemo(() => toCalendar(result), [result]);
  const [place, setPlace] = useState<Place | undefined>(undefined);
  // A scale that begins at ten: one page an hour is no alarm.
  const max = Math.max(calendar.max, 10);
  const days = calendar.days.map((day) => day.slice(5));
  if (calendar.receivers.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('rehearse.calendar.none')}
      </Text>
    );
  const map = (receiver: CalendarReceiver, side: Place['side']): ReactNode => (
    <HeatMap
      label={`${receiver.name}, ${t(`rehearse.${side}`)}`}
      rows={days}
      columns={HOURS}
      max={max}
      cells={receiver[side].map((row, day) =>
        row.map((value, hour) => ({
          value,
          title: value === 0 ? '' : hourText(days[day] ?? '', hour, t('rehearse.pages', { count: value })),
        })),
      )}
      chosen={place?.side === side && place.receiver === receiver.name ? [place.day, place.hour] : undefined}
      onChoose={(day, hour) => setPlace({ side, receiver: receiver.name, day, hour })}
    />
  );
  return (
    <Stack gap="md" data-testid="calendar">
      <Legend max={max} />
      {calendar.receivers.map((receiver) => (
        <div key={receiver.name}>
          <Text fw={600} size="sm">
            {receiver.name}
          </Text>
          <div className={classes.maps}>
            <div>
              <Text size="xs" c="dimmed">
                {t('rehearse.proposed')} · {t('rehearse.pages', { count: receiver.proposedTotal })}
              </Text>
              {map(receiver, 'proposed')}
            </div>
            <div>
              <Text size="xs" c="dimmed">
                {t('rehearse.current')} · {t('rehearse.pages', { count: receiver.currentTotal })}
              </Text>
              {map(receiver, 'current')}
            </div>
          </div>
          {place?.receiver === receiver.name && (
            <Hour result={result} place={place} day={calendar.days[place.day] ?? ''} />
          )}
        </div>
      ))}
    </Stack>
  );
}

function Hour({
  result,
  place,
  day,
}: {
  readonly result: RehearsalData;
  readonly place: Place;
  readonly day: string;
}): ReactNode {
  const { t } = useI18n();
  const found = notificationsOf(result[place.side], { receiver: place.receiver, day, hour: place.hour });
  return (
    <div className={classes.detail} data-testid="hour">
      <Text size="xs" c="dimmed">
        {t(`rehearse.${place.side}`)} · {hourText(day, place.hour, t('rehearse.pages', { count: found.length }))}
      </Text>
      {found.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: equal notifications can stand in one hour
        <NotificationLine key={index} notification={one} nowMs={Date.parse(result.to)} />
      ))}
    </div>
  );
}

function Legend({ max }: { readonly max: number }): ReactNode {
  const { t } = useI18n();
  return (
    <Group gap={4} fz={11} c="dimmed">
      <span>{t('rehearse.legend')}</span>
      <span>0</span>
      {[0, 1, 2, 3, 4, 5].map((level) => (
        <span key={level} className={heat.cell} data-level={level} style={{ width: 14, height: 12 }} />
      ))}
      <span>{max}</span>
      <span>· {t('rehearse.calendar.hint')}</span>
    </Group>
  );
}

function hourText(day: string, hour: number, text: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day} ${two(hour)}:00–${two((hour + 1) % 24)}:00 · ${text}`;
}
