import type { LogLineView } from '@petrel/api/contract/logs.ts';
import { createContext, useContext } from 'react';
import type { FieldFilter } from '../query-edit/field-filter.ts';

/** What can be done with a line and its fields. */
export interface LineActions {
  readonly filter: (filter: FieldFilter) => void;
  /** Shows the field as the only column; the message again where it was that. */
  readonly onlyColumn: (name: string) => void;
  readonly showContext: (view: LogLineView) => void;
  /** The address of a page that shows the line. */
  readonly linkTo: (view: LogLineView) => string;
}

const NOTHING: LineActions = {
  filter: () => undefined,
  onlyColumn: () => undefined,
  showContext: () => undefined,
  linkTo: () => '',
};

export const LineActionsContext = createContext<LineActions>(NOTHING);

export function useLineActions(): LineActions {
  return useContext(LineActionsContext);
}
