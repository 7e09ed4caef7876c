import type { ReferenceRow, TableType } from './schema.ts';

/** The table and all tables inside it as Markdown, each once, in the order in which they are first met. */
export function referenceOf(root: TableType): string {
  const tables: TableType[] = [];
  const seen = new Set<string>();
  const visit = (table: TableType) => {
    if (seen.has(table.name)) return;
    seen.add(table.name);
    tables.push(table);
    for (const { type } of table.rows) if (type.inner !== undefined) visit(type.inner);
  };
  visit(root);
  return tables.map(section).join('\n\n');
}

function section({ name, rows }: TableType): string {
  const lines = rows.map(
    (row) => `| ${[`\`${row.key}\``, typeOf(row), defaultOf(row), row.doc].map(cell).join(' | ')} |`,
  );
  return [`### ${name}`, '', '| key | type | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}

/** A bar would end the cell, even inside a code span. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function typeOf({ type }: ReferenceRow): string {
  const choices = type.choices?.map((choice) => `\`${choice}\``).join(', ');
  if (choices !== undefined) return `${type.name}: ${choices}`;
  if (type.inner === undefined) return type.name;
  const anchor = type.inner.name.toLowerCase().replaceAll('.', '').replaceAll(' ', '-');
  return type.name.replace(type.inner.name, `[${type.inner.name}](#${anchor})`);
}

function defaultOf({ presence, type, fallback }: ReferenceRow): string {
  if (presence === 'required') return 'required';
  if (presence === 'accepted') return 'not used';
  if (fallback === undefined || type.inner !== undefined) return '';
  const shown = type.encode(fallback);
  if (Array.isArray(shown)) return shown.length === 0 ? '' : `\`${shown.join(', ')}\``;
  return shown === undefined || shown === '' || typeof shown === 'object' ? '' : `\`${String(shown)}\``;
}
