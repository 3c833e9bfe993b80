import { startIdentityProvider, type ScriptedProvider } from '../../peers/identity-provider.ts';
import { startSigstoreServices, type SigstoreServices } from '../../peers/sigstore-instance.ts';

/** Who signs people in, and what makes public signatures of it; all of it on loopback. */
export interface PublicServices {
  readonly services: SigstoreServices;
  readonly provider: ScriptedProvider;
  readonly issuer: URL;
  stop(): Promise<void>;
}

/** Signs everybody in as `email`. */
export async function startPublicServices(email: string): Promise<PublicServices> {
  const [services, provider] = await Promise.all([startSigstoreServices(), startIdentityProvider({ email })]);
  return {
    ...{ services, provider, issuer: provider.issuer },
    stop() {
      services.stop();
      return provider.stop();
    },
  };
}
