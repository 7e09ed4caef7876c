import { CompiledTemplate } from '../compiled-template.ts';
import { Budget, type ExecutionLimits } from '../exec/budget.ts';
import { BUILTINS } from '../exec/builtins.ts';
import type { MissingKey } from '../exec/scope.ts';
import { alertmanagerFunctions } from '../functions/alertmanager.ts';
import type { Tree } from '../parse/ast.ts';
import { isEmptyList } from '../parse/empty.ts';
import { parseTemplate } from '../parse/parse.ts';
import { TemplateError } from '../template-error.ts';
import type { FunctionTable, GoFunction } from '../values/go-value.ts';
import { routeLabelsFunction } from './route-labels.ts';

export interface TemplateSetOptions {
  /** Beside Go's own. Default: those of Alertmanager. */
  readonly functions?: FunctionTable;
  /** Default: `zero`, as Alertmanager has it. */
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<ExecutionLimits>;
}

/** Texts of receivers are few and come again with every notification. */
const MAX_COMPILED = 1000;

/** Templates of several files, and texts that use them: what Alertmanager makes of `templates:` and its receivers. */
export class TemplateSet {
  private trees: ReadonlyMap<string, Tree>;
  private readonly functions: FunctionTable;
  private readonly missingKey: MissingKey;
  private readonly limits: Partial<ExecutionLimits>;
  private readonly compiled = new Map<string, CompiledTemplate>();

  constructor(options: TemplateSetOptions = {}) {
    this.trees = new Map();
    this.functions = options.functions ?? alertmanagerFunctions();
    this.missingKey = options.missingKey ?? 'zero';
    this.limits = options.limits ?? {};
  }

  /** A set with the same templates, which goes its own way from here. */
  clone(): TemplateSet {
    const { functions, missingKey, limits } = this;
    const copy = new TemplateSet({ functions, missingKey, limits });
    copy.trees = this.trees;
    return copy;
  }

  /** Names of all templates, in the order of their definition. */
  get definedNames(): readonly string[] {
    return [...this.trees.keys()];
  }

  /**
   * Adds the templates of a text: its own body under `name`, and its `define`s, which replace those of the same name
   * unless they are blank. Throws TemplateError, and then adds nothing.
   */
  parse(name: string, text: string): void {
    this.trees = this.merged(name, text).trees;
    this.compiled.clear();
  }

  /** The set's templates with those of a text, and the tree of the text's own body, blank or not. */
  private merged(name: string, text: string): { readonly trees: Map<string, Tree>; readonly own: Tree | undefined } {
    const hasFunction = (fn: string): boolean => this.functions.has(fn) || BUILTINS.has(fn);
    const parsed = parseTemplate(name, text, { hasFunction });
    const trees = new Map(this.trees);
    for (const [treeName, tree] of parsed) {
      if (!isEmptyList(tree.root) || !trees.has(treeName)) trees.set(treeName, tree);
    }
    return { trees, own: parsed.get(name) };
  }

  /** The output of a named template. Throws TemplateError. */
  execute(name: string, data: unknown): string {
    return this.run(this.named(name, false), name, data);
  }

  /** The same as HTML, escaped by context. */
  executeNamedHtml(name: string, data: unknown): string {
    return this.run(this.named(name, true), name, data);
  }

  private named(name: string, html: boolean): CompiledTemplate {
    if (!this.trees.has(name)) {
      const message = `template: no template ${JSON.stringify(name)} associated with template ""`;
      throw new TemplateError({ phase: 'execute', message, templateName: name });
    }
    return this.cached(`${html ? 'html' : 'text'} set`, () => this.compile(this.trees, html));
  }

  /** The output of a text, which may use the set's templates; what it defines is gone afterwards. Throws TemplateError. */
  executeText(text: string, data: unknown): string {
    return text.includes('{{') ? this.run(this.compileText(text, false), '', data) : text;
  }

  /** The same as HTML, escaped by context. */
  executeHtml(text: string, data: unknown): string {
    return text === '' ? '' : this.run(this.compileText(text, true), '', data);
  }

  /** Throws TemplateError where a text could not be parsed: what a check of the configuration asks. */
  check(text: string): void {
    if (text.includes('{{')) this.compileText(text, false);
  }

  private compileText(text: string, html: boolean): CompiledTemplate {
    return this.cached(`${html ? 'html' : 'text'}:${text}`, () => {
      const { trees, own } = this.merged('', text);
      if (own !== undefined) trees.set('', own);
      return this.compile(trees, html);
    });
  }

  private compile(trees: ReadonlyMap<string, Tree>, html: boolean): CompiledTemplate {
    return new CompiledTemplate('', { trees, functions: this.functions, html });
  }

  private cached(key: string, make: () => CompiledTemplate): CompiledTemplate {
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.compiled.size >= MAX_COMPILED) this.compiled.clear();
    this.compiled.set(key, made);
    return made;
  }

  private run(template: CompiledTemplate, name: string, data: unknown): string {
    const budget = new Budget(this.limits);
    const html = template.isHtml;
    const render = (text: string, routeLabels: GoFunction): string =>
      text === '' ? '' : this.executeIn(this.compileText(text, html), '', { data, budget, routeLabels });
    return this.executeIn(template, name, { data, budget, routeLabels: routeLabelsFunction(data, render) });
  }

  private executeIn(
    template: CompiledTemplate,
    name: string,
    {
      data,
      budget,
      routeLabels,
    }: { readonly data: unknown; readonly budget: Budget; readonly routeLabels: GoFunction },
  ): string {
    const functions = this.functions.has('routeLabels') ? new Map([['routeLabels', routeLabels]]) : new Map();
    return template.executeNamed(name, data, { functions, missingKey: this.missingKey, budget }) ?? '';
  }
}
