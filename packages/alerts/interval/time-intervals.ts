import { list } from '@petrel/config/schema/composite.ts';
import { string } from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';
import { field, INVALID, isUsable, table } from '@petrel/config/schema/schema.ts';
import type { IntervalSpec } from './interval-spec.ts';
import { intervalSpec, specContains } from './interval-spec.ts';
import type { TimeInterval } from './time-interval.ts';

interface Named {
  readonly name: string;
  readonly specs: readonly IntervalSpec[];
}

/** The interval that is the union of its parts; without parts it is empty. */
export function timeIntervalOf(name: string, specs: readonly IntervalSpec[], line = 1): TimeInterval {
  return { name, line, specs, contains: (tMs) => specs.some((spec) => specContains(spec, tMs)) };
}

/** An entry of `time_intervals`, or of `mute_time_intervals`; `what` stands in the messages. */
export function namedInterval(what: 'time interval' | 'mute time interval'): Type<TimeInterval> {
  const fields = table<Named>(
    what.replaceAll(' ', '_'),
    {
      name: field('name', string, '', 'The name by which routes refer to it.'),
      specs: field('time_intervals', list(intervalSpec), [], 'Its parts; a time lies in it when it lies in any.'),
    },
    {
      finish(raw, report) {
        if (raw.name !== '') return raw;
        report.error('name', `missing name in ${what}`);
        return INVALID;
      },
    },
  );
  return {
    name: fields.name,
    inner: fields.inner,
    decode(node, place) {
      const named = fields.decode(node, place);
      return isUsable(named) ? timeIntervalOf(named.name, named.specs, node.position.line) : named;
    },
    encode: ({ name, specs = [] }) => fields.encode({ name, specs }),
  };
}
