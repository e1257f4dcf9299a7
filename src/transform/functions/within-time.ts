import { FunctionMisused } from './function-failure.js';

/**
 * What a function comes to, unless that takes too long. The function itself cannot be stopped: what it does later is not seen.
 *
 * @throws FunctionMisused when the time is up.
 */
export async function withinTime<Result>(
  result: Result | Promise<Result>,
  timeoutMs: number,
): Promise<Result> {
  if (!(result instanceof Promise)) return result;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new FunctionMisused(`took longer than ${timeoutMs} ms, which is transform.function_timeout_ms`),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([result, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
