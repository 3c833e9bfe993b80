import { onTestFinished } from 'vitest';
import { ForwardProxy, type ForwardProxyOptions } from './forward-proxy.ts';

/** Started, and stopped when the test ends. */
export async function forwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
  const proxy = new ForwardProxy(options);
  await proxy.start();
  onTestFinished(() => proxy.stop());
  return proxy;
}
