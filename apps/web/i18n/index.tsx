/** Texts by key in the reader's language. The choice is kept in the browser; at first the browser's own language decides. */
import type { ReactNode } from 'react';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { TextKey, Texts } from './en.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const TEXTS: Readonly<Record<Language, Texts>> = { en, zh };
const STORAGE_KEY = 'petrel.language';

interface I18n {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly t: Translate;
}

const Context = createContext<I18n | undefined>(undefined);

/** Fills placeholders. `{count} [alert|alerts]` takes the first form when the number before it is 1; languages without plurals leave it out. */
export function translate(
  language: Language,
  key: TextKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  let last: string | number | undefined;
  return TEXTS[language][key].replace(
    /\{(\w+)\}|\[([^|\]]*)\|([^\]]*)\]/g,
    (whole, name: string | undefined, one: string, many: string) => {
      if (name === undefined) return Number(last) === 1 ? one : many;
      last = values[name];
      return String(last ?? whole);
    },
  );
}

export function I18nProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setChoice] = useState<Language>(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(STORAGE_KEY, next);
    setChoice(next);
  }, []);
  const value = useMemo<I18n>(
    () => ({ language, setLanguage, t: (key, values) => translate(language, key, values) }),
    [language, setLanguage],
  );
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === undefined) throw new Error('useI18n outside I18nProvider');
  return value;
}

function initialLanguage(): Language {
  const kept = localStorage.getItem(STORAGE_KEY);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
