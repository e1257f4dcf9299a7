/**
 * Runs steps that end something, one after the other, each also when those before it have failed: what is not closed would
 * hold others up, or keep the process alive.
 *
 * @throws the first error, once all of them have run.
 */
export async function closeAll(steps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
