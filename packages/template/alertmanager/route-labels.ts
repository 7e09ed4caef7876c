import { FunctionError } from '../template-error.ts';
import { STRING } from '../values/go-type.ts';
import { type GoFunction, goFunction } from '../values/go-value.ts';
import { NotificationData } from './notification-data.ts';

/** Runs the text of a label against the same data, with the same `routeLabels`. */
export type LabelRender = (text: string, routeLabels: GoFunction) => string;

/** The function `routeLabels` of one execution: each label is expanded once, and labels that need each other fail. */
export function routeLabelsFunction(data: unknown, render: LabelRender): GoFunction {
  const { values, rendered } =
    data instanceof NotificationData ? data.routeLabels : { values: new Map<string, string>(), rendered: true };
  const done = new Map<string, string>();
  const open: string[] = [];
  const fn: GoFunction = goFunction([STRING], ([argument]) => {
    const name = argument as string;
    const raw = values.get(name);
    if (raw === undefined || rendered) return raw ?? '';
    const known = done.get(name);
    if (known !== undefined) return known;
    if (open.includes(name)) throw new FunctionError(`route label cycle detected: ${[...open, name].join(' -> ')}`);
    open.push(name);
    const text = render(raw, fn);
    open.pop();
    done.set(name, text);
    return text;
  });
  return fn;
}
