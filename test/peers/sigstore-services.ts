import { onTestFinished } from 'vitest';
import { startSigstoreServices, type SigstoreServices } from './sigstore-instance.ts';

/** As `startSigstoreServices`, until the test ends. */
export async function sigstoreServices(
  ...options: Parameters<typeof startSigstoreServices>
): Promise<SigstoreServices> {
  const services = await startSigstoreServices(...options);
  onTestFinished(() => services.stop());
  return services;
}
