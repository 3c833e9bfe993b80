/** A second process on the same store: adds people one by one. Arguments: file, name, how many. */
import { Store } from '../../main/store/store.ts';

const [path, name, count] = process.argv.slice(2);
if (path === undefined || name === undefined) throw new Error('file and name are missing');
const store = Store.open(path);
for (let index = 0; index < Number(count); index += 1) store.people.ensure(`${name}${index}`, index);
store.close();
