import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode, RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { isTyping } from './is-typing.ts';

export interface FilterInputProps {
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}

const SETTLE_MS = 150;

/** A filter that follows the typing; `/` leads to it from anywhere on the page, Enter and Escape leave it. */
export function FilterInput({ value, placeholder, onChange, error }: FilterInputProps): ReactNode {
  const { t } = useI18n();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useSlash(input);
  const commit = (next: string): void => {
    setText(next);
    clearTimeout(timer.current);
    // A page that is left meanwhile can stay mounted until the next one has loaded.
    const { pathname } = location;
    timer.current = setTimeout(() => {
      if (location.pathname === pathname) onChange(next);
    }, SETTLE_MS);
  };
  return (
    <TextInput
      ref={input}
      size="xs"
      style={{ flex: '1 1 260px', minWidth: 0 }}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      leftSection={<IconSearch size={14} />}
      rightSection={
        text === '' ? (
          <Kbd size="xs">/</Kbd>
        ) : (
          <CloseButton size="xs" aria-label={t('alerts.filter.clear')} onClick={() => commit('')} />
        )
      }
      placeholder={placeholder}
      aria-label={placeholder}
      data-testid="filter"
      value={text}
      error={error}
      onChange={(event) => commit(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Enter') {
          onChange(text);
          event.currentTarget.blur();
        }
      }}
    />
  );
}

function useSlash(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, [input]);
}
