/** The embedded registry in a process of its own: `embedded-registry.ts FOLDER`. Says where it listens. */
import { embeddedRegistryService } from '../../main/registry/service.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Which folder?');
const { port } = await embeddedRegistryService().start(folder, null);
console.log(`listening on 127.0.0.1:${port}`);
