import type {
  ChainNode,
  CommandNode,
  FieldNode,
  Node,
  NumberNode,
  OperandNode,
  PipeNode,
  VariableNode,
} from '../parse/ast.ts';
import { nodeText } from '../parse/node-text.ts';
import { type GoType, INT, isNilable, STRING } from '../values/go-type.ts';
import { GoInt, GoString } from '../values/go-value.ts';
import { type CallSite, callFunction } from './call.ts';
import { fieldOf } from './field.ts';
import { MISSING, type Scope } from './scope.ts';
import { validated } from './validate.ts';

/** The value of a pipeline; undefined where there is none. Its variables are declared or assigned. */
export function evalPipeline(scope: Scope, dot: unknown, pipe: PipeNode): unknown {
  scope.at(pipe);
  let value: unknown = MISSING;
  for (const cmd of pipe.cmds) {
    scope.step();
    value = evalCommand(scope, dot, cmd, value) ?? undefined;
  }
  for (const { names } of pipe.decl) {
    if (pipe.isAssign) scope.assign(names[0] as string, value);
    else scope.declare(names[0] as string, value);
  }
  return value;
}

/** `final` is what the command before in the pipeline gave: the last argument. */
function evalCommand(scope: Scope, dot: unknown, cmd: CommandNode, final: unknown): unknown {
  const { args } = cmd;
  const first = args[0] as OperandNode;
  switch (first.kind) {
    case 'field':
      return evalField(scope, { dot, node: first, args, final });
    case 'chain':
      return evalChain(scope, { dot, node: first, args, final });
    case 'variable':
      return evalVariable(scope, { dot, node: first, args, final });
    case 'identifier':
      scope.at(first);
      return callFunction(scope, { argument: argumentsOf(scope, dot), name: first.name, node: cmd, args, final });
    case 'pipe':
      notAFunction(scope, args, final);
      return evalPipeline(scope, dot, first);
  }
  scope.at(first);
  notAFunction(scope, args, final);
  switch (first.kind) {
    case 'bool':
    case 'string':
      return first.value;
    case 'dot':
      return dot;
    case 'nil':
      return scope.fail('nil is not a command');
    case 'number':
      return constant(scope, first);
  }
}

interface Access<N> {
  readonly dot: unknown;
  readonly node: N;
  /** The command's operands, this one first; undefined where it cannot have arguments. */
  readonly args: readonly OperandNode[] | undefined;
  readonly final: unknown;
}

function notAFunction(scope: Scope, args: readonly OperandNode[] | undefined, final: unknown): void {
  if (args === undefined || (args.length <= 1 && final === MISSING)) return;
  scope.fail(`can't give argument to non-function ${nodeText(args[0] as OperandNode)}`);
}

/** A number without a type: how it is written decides. */
function constant(scope: Scope, node: NumberNode): unknown {
  scope.at(node);
  const { text, int, float } = node;
  const isHexInt = /^0[xX]/.test(text) && !/[pP]/.test(text);
  if (float !== undefined && !isHexInt && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
  if (int !== undefined) return int;
  return scope.fail(`${text} overflows int`);
}

function evalField(scope: Scope, access: Access<FieldNode>): unknown {
  scope.at(access.node);
  return evalFields(scope, access, access.dot, access.node.names);
}

function evalChain(scope: Scope, access: Access<ChainNode>): unknown {
  const { node, dot } = access;
  scope.at(node);
  if (node.node.kind === 'nil') scope.fail(`indirection through explicit nil in ${nodeText(node)}`);
  return evalFields(scope, access, evalOperand(scope, dot, node.node), node.names);
}

function evalVariable(scope: Scope, access: Access<VariableNode>): unknown {
  const { node, args, final } = access;
  scope.at(node);
  const value = scope.variable(node.names[0] as string);
  if (node.names.length > 1) return evalFields(scope, access, value, node.names.slice(1));
  notAFunction(scope, args, final);
  return value;
}

/** `.A.B.C arg`: only the last may take arguments. */
function evalFields(scope: Scope, access: Access<Node>, start: unknown, names: readonly string[]): unknown {
  const { dot, node, args, final } = access;
  const argument = argumentsOf(scope, dot);
  let receiver = { value: start, isInterface: false };
  for (const [i, name] of names.entries()) {
    const isLast = i === names.length - 1;
    receiver = fieldOf(scope, {
      ...{ argument, node, name, receiver },
      args: isLast ? args : undefined,
      final: isLast ? final : MISSING,
    });
  }
  return receiver.value;
}

/** An operand for its value, whatever its type. */
function evalOperand(scope: Scope, dot: unknown, node: OperandNode): unknown {
  scope.at(node);
  switch (node.kind) {
    case 'dot':
      return dot;
    case 'field':
      return evalField(scope, { dot, node, args: [node], final: MISSING });
    case 'variable':
      return evalVariable(scope, { dot, node, args: undefined, final: MISSING });
    case 'chain':
      return evalChain(scope, { dot, node, args: undefined, final: MISSING });
    case 'pipe':
      return evalPipeline(scope, dot, node);
    case 'identifier':
      return callFunction(scope, {
        ...{ argument: argumentsOf(scope, dot), name: node.name, node },
        ...{ args: undefined, final: MISSING },
      });
    case 'bool':
    case 'string':
      return node.value;
    case 'number':
      return constant(scope, node);
    case 'nil':
      return null;
  }
}

function argumentsOf(scope: Scope, dot: unknown): CallSite['argument'] {
  return (type, node) => evalArgument(scope, dot, type, node);
}

/** An argument for a parameter of a type: constants take the type, other values have to have it. */
function evalArgument(scope: Scope, dot: unknown, type: GoType, node: OperandNode): unknown {
  switch (node.kind) {
    case 'nil':
      scope.at(node);
      return isNilable(type) ? null : scope.fail(`cannot assign nil to ${type.name}`);
    case 'bool':
    case 'string':
    case 'number':
      scope.at(node);
      return typedConstant(scope, type, node);
    default:
      return validated(scope, evalOperand(scope, dot, node), type);
  }
}

type Constant = Extract<OperandNode, { kind: 'bool' | 'string' | 'number' }>;

function typedConstant(scope: Scope, type: GoType, node: Constant): unknown {
  const expected = (what: string): never => scope.fail(`expected ${what}; found ${nodeText(node)}`);
  switch (type.kind) {
    case 'interface':
    case 'value':
      return node.kind === 'number' ? constant(scope, node) : node.value;
    case 'bool':
      return node.kind === 'bool' ? node.value : expected('bool');
    case 'string':
      if (type.isPointer) break;
      if (node.kind !== 'string') return expected('string');
      return type === STRING ? node.value : new GoString(type, node.value);
    case 'int':
      if (node.kind !== 'number' || node.int === undefined) return expected('integer');
      return type === INT ? node.int : new GoInt(type, node.int);
    case 'uint':
      if (node.kind !== 'number' || node.uint === undefined) return expected('unsigned integer');
      return new GoInt(type, node.uint);
    case 'float':
      return node.kind === 'number' && node.float !== undefined ? node.float : expected('float');
  }
  return scope.fail(`can't handle ${nodeText(node)} for arg of type ${type.name}`);
}
