import type * as http from 'node:http';

/**
 * Node's HTTP module as it is. Importing it would make a module of it, which asks for everything that it could give: its
 * `WebSocket` then loads the whole of Node's own fetch, 25 ms of processor time at every start.
 */
export function nodeHttp(): typeof http {
  return process.getBuiltinModule('node:http');
}
