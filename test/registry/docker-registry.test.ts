/** The same checks against a registry of another make: what they find there is in its documentation, not in ours. */
import { startDockerRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { conformance } from './conformance.ts';

describeWithRealPart('docker-registry', "Debian's docker-registry", () => {
  conformance(
    'distribution 2.8',
    async () => {
      const registry = await startDockerRegistry();
      return { url: `http://${registry.host}`, close: () => registry.remove() };
    },
    { knownFailures: [] },
  );
});
