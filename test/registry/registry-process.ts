/** Serves the folder named as its argument until it is killed; writes its address, or the code it failed with. */
import { isDockerCommsError } from '../../main/base/errors.ts';
import { startRegistry } from '../../main/registry/server.ts';

const folder = process.argv[2] ?? '';
try {
  const { host } = await startRegistry({ folder, port: 0 });
  process.stdout.write(`${host}\n`);
} catch (error) {
  process.stdout.write(`${isDockerCommsError(error) ? error.code : String(error)}\n`);
}
