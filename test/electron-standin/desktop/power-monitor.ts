import { StrictEmitter } from '../strict.ts';

export const powerMonitor = new StrictEmitter('powerMonitor', ['suspend', 'resume']);

export const powerGestures = {
  power: (event: 'suspend' | 'resume') => powerMonitor.emit(event),
};
