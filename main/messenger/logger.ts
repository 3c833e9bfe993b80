/** What the engine needs of a log; pino's loggers fit. Hosts pass one in that redacts secrets. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
