import { isHost } from '../host-port.js';
import { boolean, integer, text } from '../kinds.js';

export const workers = integer({
  default: 1,
  min: 1,
  max: 256,
  unit: 'processes',
  doc: 'Worker processes of one `otelrows run`. More than one run under a supervisor, which starts again the one that crashes. A worker uses about one core; the Kafka client allows one worker per process, so more cores take more workers. With `consumer.instance_id` they are called by it and their number: `NAME-0`, `NAME-1`.',
});

/** Where a worker tells how it is. */
export const http = {
  enabled: boolean({
    default: true,
    doc: 'Answer over HTTP: `/healthz`, `/readyz` and `/metrics`, and the status page at `/` with `/status` and `/config`.',
  }),
  host: text({
    default: null,
    pattern: { test: isHost },
    allowed: 'a host name or an IP address, without brackets and port',
    doc: 'Address to listen on, such as `127.0.0.1`. `null` is every address of this host, since probes and Prometheus come from elsewhere.',
  }),
  port: integer({
    default: 9464,
    min: 0,
    max: 65535,
    doc: 'Port to listen on; `0` is any free one, which the log tells. When the default is taken, by another `otelrows run` on the same host, the worker says so and goes on without; a port that was set here and is taken is an error.',
  }),
};

export const health = {
  stalled_after_ms: integer({
    default: 60000,
    min: 1000,
    max: 86400000,
    unit: 'milliseconds',
    doc: 'A worker that has records ahead of it and has committed nothing for so long is unhealthy: `/healthz` answers 503, whatever heartbeats the group gets from it.',
  }),
};
