import { describe, expect, it } from 'vitest';
import { BodyBudget } from './body-budget.ts';

describe('the budget of bodies', () => {
  it('refuses what does not fit beside others, takes what is alone, and gets everything back', () => {
    const budget = new BodyBudget(100);
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    a.take(60);
    b.take(40);
    expect(() => c.take(1)).toThrow('too many large requests at once');
    expect(() => a.take(1)).toThrow();
    b.close();
    b.close();
    c.take(40);
    expect(() => c.take(1)).toThrow();
    a.close();
    c.close();
    const alone = budget.open();
    alone.take(500);
    alone.take(500);
    expect(() => budget.open().take(1)).toThrow();
  });
});
