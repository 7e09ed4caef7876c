import type { Node, OperandNode } from '../parse/ast.ts';
import { nodeText } from '../parse/node-text.ts';
import { quoteGo } from '../print/quote.ts';
import { FunctionError, TemplateError } from '../template-error.ts';
import { type GoMethod, type GoSignature, type GoType, VALUE } from '../values/go-type.ts';
import type { GoFunction } from '../values/go-value.ts';
import { isTrue } from '../values/inspect.ts';
import { BUILTINS, callValue } from './builtins.ts';
import { MISSING, type Scope } from './scope.ts';
import { validated } from './validate.ts';

export interface CallSite {
  /** Evaluates an operand for a parameter of a type. */
  readonly argument: (type: GoType, node: OperandNode) => unknown;
  readonly name: string;
  /** Where a failing function is placed. */
  readonly node: Node;
  /** Operands, the function itself first; undefined: none. */
  readonly args: readonly OperandNode[] | undefined;
  /** What the pipeline passes on; MISSING: nothing. */
  readonly final: unknown;
}

/** Calls a function of the tables, or a builtin. */
export function callFunction(scope: Scope, site: CallSite): unknown {
  const custom = scope.context.functions.get(site.name);
  const fn = custom ?? BUILTINS.get(site.name);
  if (fn === undefined) return scope.fail(`${quoteGo(site.name)} is not a defined function`);
  if (custom === undefined && (site.name === 'and' || site.name === 'or')) return shortCircuit(scope, site, fn);
  if (custom === undefined && site.name === 'call') {
    const callee = site.args?.[1];
    const name = callee === undefined ? '' : nodeText(callee);
    return invoke(scope, site, { ...fn.signature, run: (values) => callValue(name, values) });
  }
  return invoke(scope, site, { ...fn.signature, run: (values) => fn.call(values) });
}

export function callMethod(
  scope: Scope,
  site: CallSite & { readonly self: unknown; readonly method: GoMethod },
): unknown {
  const { method, self } = site;
  return invoke(scope, site, { ...method, run: (values) => method.call(self, values) });
}

interface Callable extends GoSignature {
  readonly run: (args: readonly unknown[]) => unknown;
}

function invoke(scope: Scope, site: CallSite, callable: Callable): unknown {
  const { argument, final, node, name } = site;
  const args = checkedOperands(scope, site, callable);
  if (callable.unusable !== undefined) scope.fail(callable.unusable);
  const values = args.map((arg, i) => argument(parameter(callable, i), arg));
  if (final !== MISSING) values.push(validated(scope, final, parameter(callable, values.length)));
  let result: unknown;
  try {
    result = callable.run(values);
  } catch (error) {
    if (!(error instanceof FunctionError) && !(error instanceof TemplateError)) throw error;
    scope.at(node);
    return scope.fail(`error calling ${name}: ${error.message}`);
  }
  if (typeof result === 'string' && result.length > scope.context.budget.maxOutputLength) {
    scope.fail(`text exceeds ${scope.context.budget.maxOutputLength} characters`);
  }
  return result;
}

/** The operands behind the function, their count checked. */
function checkedOperands(scope: Scope, site: CallSite, signature: GoSignature): readonly OperandNode[] {
  const args = site.args?.slice(1) ?? [];
  const count = args.length + (site.final === MISSING ? 0 : 1);
  const { length } = signature.params;
  if (signature.variadic) {
    if (count < length - 1) {
      scope.fail(`wrong number of args for ${site.name}: want at least ${length - 1} got ${args.length}`);
    }
  } else if (count !== length) {
    scope.fail(`wrong number of args for ${site.name}: want ${length} got ${count}`);
  }
  return args;
}

function parameter(signature: GoSignature, index: number): GoType {
  const { params } = signature;
  return (params[index] ?? params.at(-1)) as GoType;
}

/** `and` and `or` evaluate no further than they have to. */
function shortCircuit(scope: Scope, site: CallSite, fn: GoFunction): unknown {
  const args = checkedOperands(scope, site, fn.signature);
  let value: unknown;
  for (const arg of args) {
    value = site.argument(VALUE, arg);
    if (isTrue(value) === (site.name === 'or')) return value;
  }
  return site.final === MISSING ? value : site.final;
}
