import type { ReactNode } from 'react';
import { useLocation } from '../../../shell/location.ts';
import { SilenceFormPage } from './form-page.tsx';
import { SilenceList } from './list.tsx';

/** The silences that there are, or under `/new` the form of one. */
export function SilencesPage(): ReactNode {
  const { path, search } = useLocation();
  if (!path.startsWith('/alerts/silences/new')) return <SilenceList />;
  // Another silence to edit is another form.
  return <SilenceFormPage key={`${search.get('id') ?? ''} ${search.get('from') ?? ''}`} />;
}
