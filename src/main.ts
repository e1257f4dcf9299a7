#!/usr/bin/env node
// Only what every version of Node can read stands before this check; all else is imported after it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 20)) {
  process.stderr.write(`error: otelrows needs Node 20.20 or newer; this is ${process.version}\n`);
  process.exit(1);
}

/** The exit code that a shell gives a process ended by SIGKILL. */
const KILLED = 137;

const { takeChargeOfHeap } = await import('./garbage-collection.js');
takeChargeOfHeap();
const { runProgram } = await import('./cli/program.js');
const { confluentKafka } = await import('./kafka/confluent/clients.js');
const { explainFailure } = await import('./cli/failure.js');
const { Fatal } = await import('./errors.js');

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : fail(new Fatal(`standard output: ${error.message}`)));
});
// Nobody reads what is told there, which is no reason to stop; the exit code still says how it went.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', error => end(fail(error)));

try {
  await runProgram(process.argv, confluentKafka);
  end(0);
} catch (error) {
  end(fail(error));
}

/** Tells what went wrong and returns the exit code that says so. */
function fail(error: unknown): number {
  const { text, exitCode } = explainFailure(error);
  if (text !== '') process.stderr.write(`${text}\n`);
  return exitCode;
}

/** Ends the process once everything that was written has left it. */
function end(exitCode: number): void {
  process.stdout.write('', error => {
    // Told by the event that follows.
    if (error) return;
    // exit() waits for the Kafka client's threads, and one that waits for a broker may do so for minutes.
    if (exitCode === KILLED) process.kill(process.pid, 'SIGKILL');
    process.exit(process.exitCode ?? exitCode);
  });
}
