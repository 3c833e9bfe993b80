/** Owns a home until it is ended. Argument: the folder. Prints a line once it does. */
import { acquireHome } from '../../main/store/home-lock.ts';

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error('the folder is missing');
await acquireHome(home);
process.stdout.write('owned\n');
setInterval(() => undefined, 60_000);
