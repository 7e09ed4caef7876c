import type { LedgerEntry } from '@petrel/model';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import type { Language, Sentences } from './sentences.ts';

export function sentencesIn(language: Language): Sentences {
  return language === 'zh' ? CHINESE : ENGLISH;
}

/** A decision of the ledger as a sentence. */
export function entryText(entry: LedgerEntry, language: Language = 'en'): string {
  return sentencesIn(language).entry(entry);
}
