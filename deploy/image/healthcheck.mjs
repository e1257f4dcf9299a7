// Ends with 0 while `otelrows run` in this container makes progress: what HEALTHCHECK asks, since the image has no curl. Where
// a config file sets another `http.port`, OTELROWS_HTTP_PORT tells it here.
const port = process.env.OTELROWS_HTTP_PORT || '9464';
try {
  const { status } = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4000) });
  process.exit(status === 200 ? 0 : 1);
} catch {
  process.exit(1);
}
