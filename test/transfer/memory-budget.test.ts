import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';

describe('the memory budget', () => {
  it('grants what is free, and waits for the rest', async () => {
    const budget = new MemoryBudget(10);
    const release = await budget.acquire(6);
    const order: string[] = [];
    const second = budget.acquire(6).then(() => order.push('second'));
    await Promise.resolve();
    expect(order).toEqual([]);
    release();
    await second;
    expect(order).toEqual(['second']);
  });

  it('never lets a small request overtake a large one', async () => {
    const budget = new MemoryBudget(10);
    const release = await budget.acquire(6);
    const order: string[] = [];
    const large = budget.acquire(8).then(() => order.push('large'));
    void budget.acquire(2).then(() => order.push('small'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    release();
    await large;
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['large', 'small']);
  });

  it('gives a request that is larger than all of it everything', async () => {
    const budget = new MemoryBudget(10);
    const release = await budget.acquire(1_000);
    release();
    await expect(budget.acquire(10)).resolves.toBeTypeOf('function');
  });

  it('takes back once, however often it is told', async () => {
    const budget = new MemoryBudget(10);
    const release = await budget.acquire(5);
    await budget.acquire(5);
    release();
    release();
    await budget.acquire(5);
    let granted = false;
    void budget.acquire(1).then(() => (granted = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(granted).toBe(false);
  });

  it('takes back a part, and the rest later', async () => {
    const budget = new MemoryBudget(10);
    const release = await budget.acquire(10);
    release(3);
    release(9);
    await budget.acquire(7);
    const rest = budget.acquire(3);
    release();
    await expect(rest).resolves.toBeTypeOf('function');
  });

  it('forgets who gives up, and serves who waits behind', async () => {
    const budget = new MemoryBudget(10);
    await budget.acquire(6);
    const stop = new AbortController();
    const large = budget.acquire(8, stop.signal);
    const small = budget.acquire(4);
    stop.abort();
    await expect(large).rejects.toMatchObject({ code: 'cancelled' });
    await expect(small).resolves.toBeTypeOf('function');
    await expect(budget.acquire(1, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is never overdrawn, and everybody is served', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 30 }), async (requests) => {
        const budget = new MemoryBudget(10);
        let held = 0;
        await Promise.all(
          requests.map(async (bytes) => {
            const release = await budget.acquire(bytes);
            held += Math.min(bytes, 10);
            expect(held).toBeLessThanOrEqual(10);
            await new Promise((resolve) => setImmediate(resolve));
            held -= Math.min(bytes, 10);
            release();
          }),
        );
      }),
    );
  });
});
