import type { Operation } from './operations.js';

/** What `exception.stacktrace` holds: the exception and where it came from, a line each. */
export function stackTrace(operation: Operation, exception: { type: string; message: string }): string {
  const frames = ['query', 'handle', 'serve', 'run'].map(
    name => `\tat ${operation.service}.${name}(${operation.service}:${name.length * 37})`,
  );
  return [`${exception.type}: ${exception.message}`, ...frames].join('\n');
}
