/** A statement for PostgreSQL with its bound values; only the `sqlPg` template makes one. */
export class PgStatement {
  constructor(
    readonly text: string,
    readonly values: readonly unknown[],
  ) {}
}

/** `sqlPg\`… ${value} …\`` binds every value as `$n`; a nested statement is spliced in. */
export function sqlPg(strings: TemplateStringsArray, ...inputs: unknown[]): PgStatement {
  const values: unknown[] = [];
  let text = strings[0] as string;
  inputs.forEach((input, i) => {
    if (input instanceof PgStatement) {
      text += input.text.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + values.length}`);
      values.push(...input.values);
    } else text += `$${values.push(input)}`;
    text += strings[i + 1] as string;
  });
  return new PgStatement(text, values);
}
