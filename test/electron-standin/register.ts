/** Loaded before the program (`node --import`): whoever asks for `electron` gets the stand-in. */
import { registerHooks } from 'node:module';

/** Beside it in the bundle. */
const standin = new URL('electron.js', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'electron' ? { url: standin, shortCircuit: true } : next(specifier, context);
  },
});
