import { Labels } from '@petrel/model';
import type { VectorSample } from '@petrel/query/promql';
import type { RuleEngine } from '../port.ts';
import { RuleFailure } from './rule-failure.ts';

/** Evaluates an expression at an instant; a scalar becomes a sample without labels. Rejects with PetrelError or RuleFailure. */
export async function queryVector(
  engine: RuleEngine,
  request: { readonly query: string; readonly timeMs: number; readonly signal?: AbortSignal },
): Promise<readonly VectorSample[]> {
  const { value } = await engine.instant(request);
  if (value.type === 'vector') return value.samples;
  if (value.type === 'scalar') return [{ labels: Labels.EMPTY, value: value.value }];
  throw new RuleFailure('rule result is not a vector or scalar');
}
