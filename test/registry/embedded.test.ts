import { conformance } from './conformance.ts';
import { started } from './started.ts';

conformance('embedded registry', async () => {
  const { client, close } = await started();
  return { url: client.url, close };
});
