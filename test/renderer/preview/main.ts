/** The window over a bridge that lives in the page: `?scene=` chooses what the engine would say. */
import { ScriptedBridge } from './bridge.ts';
import { sceneOf } from './scenes.ts';

const scene = sceneOf(new URLSearchParams(location.search).get('scene') ?? 'talk');
const bridge = new ScriptedBridge(scene);
Object.defineProperty(window, 'dockercomms', { value: bridge });
Object.defineProperty(window, 'scripted', { value: bridge });
await import('../../../renderer/main.ts');
