import { mount } from 'svelte';
import type { Bridge } from '../preload/contract/bridge.ts';
import { connectSocketBridge } from '../preload/socket.ts';
import type { ErrorView } from '../preload/contract/answer.ts';
import App from './App.svelte';
import StartFailure from './setup/StartFailure.svelte';
import { asErrorView } from './state/client.svelte.ts';
import './styles/tokens.css';
import './styles/base.css';

declare global {
  interface Window {
    /** Electron's bridge; absent in a browser, which connects over a socket. */
    readonly dockercomms?: Bridge;
  }
}

async function start(target: HTMLElement): Promise<void> {
  try {
    const bridge = window.dockercomms ?? (await connectSocketBridge());
    mount(App, { target, props: { bridge } });
  } catch (error) {
    const view: ErrorView = asErrorView(error);
    mount(StartFailure, { target, props: { error: view, onretry: () => location.reload() } });
  }
}

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
await start(target);
