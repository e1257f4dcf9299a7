// Builds the image and holds it to what docs/deploy.md says of it: npm run image
//
// It needs a Docker engine that has or can pull the base image; nothing else of the suite does, so it is a command of its own.
// `-- --image NAME` tries one that is built already; other arguments go to `docker build`, such as `-- --network host`.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [first, given] = process.argv.slice(2);
const isBuilt = first === '--image' && given !== undefined;
const built = isBuilt ? given : 'otelrows:try';
const MB_MAX = 160;
// As the chart's pods run: Pod Security `restricted` and a read-only root.
const RESTRICTED = [
  '--rm',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--network=host',
];

function docker(...args) {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function check(what, body) {
  body();
  process.stdout.write(`  - ${what}\n`);
}

if (!isBuilt) {
  const extra = process.argv.slice(2);
  const args = [
    'build',
    '--file',
    'deploy/image/Dockerfile',
    '--tag',
    built,
    '--build-arg',
    'VERSION=1.2.3',
    ...extra,
    '.',
  ];
  const { status } = spawnSync('docker', args, { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(
      'The image cannot be built: this needs a Docker engine with node:24-bookworm-slim, or a way to pull it.\n',
    );
    process.exit(1);
  }
}
const [image] = JSON.parse(docker('inspect', built));
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

check(`${(image.Size / 1e6).toFixed(0)} MB, ${image.Os}/${image.Architecture}`, () =>
  assert.ok(image.Size < MB_MAX * 1e6),
);
check('runs as a user that is not root, by number', () => assert.equal(image.Config.User, '65532:65532'));
check('has the labels of the OCI', () => {
  for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'created'])
    assert.ok(image.Config.Labels[`org.opencontainers.image.${name}`], name);
});
check('says its version', () =>
  assert.equal(docker('run', ...RESTRICTED, built, '--version').trim(), version),
);
check('has no shell', () => {
  const { status } = spawnSync('docker', ['run', ...RESTRICTED, '--entrypoint=/bin/sh', built, '-c', 'true']);
  assert.notEqual(status, 0);
});
check('makes the rows that this clone makes', () => {
  const input = readFileSync('test/golden/corpus/microservice.traces.binpb');
  const args = ['convert', '--signal', 'traces', '--output', 'json'];
  const here = spawnSync(process.execPath, ['dist/main.js', ...args], { input, encoding: 'utf8' });
  const there = spawnSync('docker', ['run', '-i', ...RESTRICTED, built, ...args], {
    input,
    encoding: 'utf8',
  });
  assert.equal(here.status, 0, here.stderr);
  assert.equal(there.stdout, here.stdout, there.stderr);
});
check('tells a usage error in a line, with exit code 2', () => {
  const { status, stderr } = spawnSync('docker', ['run', ...RESTRICTED, built, 'rnu'], { encoding: 'utf8' });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /unknown command/);
});

const folder = mkdtempSync(join(tmpdir(), 'otelrows-image-'));
let worker;
try {
  // Brokers that are away make a worker unready, never unhealthy.
  writeFileSync(
    join(folder, 'otelrows.yaml'),
    'kafka: { brokers: [127.0.0.1:1], client_id: from-the-file }\n',
    { mode: 0o644 },
  );
  const mount = `--volume=${join(folder, 'otelrows.yaml')}:/etc/otelrows/otelrows.yaml:ro`;
  const options = [
    ...RESTRICTED.filter(option => option !== '--rm'),
    mount,
    '--env=OTELROWS_HTTP_PORT=19464',
  ];
  check('finds the config file in /etc/otelrows', () =>
    assert.match(docker('run', '--rm', ...options, built, 'settings', '--changed'), /from-the-file/),
  );
  worker = docker('run', '--detach', ...options, '--health-interval=1s', built).trim();
  check('is healthy while its brokers are away, by its own health check', () => {
    const deadline = Date.now() + 60_000;
    let health = '';
    while (health !== 'healthy') {
      assert.ok(Date.now() < deadline, `still ${health}: ${docker('logs', worker)}`);
      execFileSync('sleep', ['1']);
      health = docker('inspect', '--format', '{{.State.Health.Status}}', worker).trim();
    }
  });
  check('ends in order at SIGTERM', () => {
    docker('stop', '--time=30', worker);
    assert.equal(docker('inspect', '--format', '{{.State.ExitCode}}', worker).trim(), '0');
  });
} finally {
  if (worker) docker('rm', '--force', worker);
  rmSync(folder, { recursive: true });
}
await readsATopicExactlyOnce();
process.stdout.write(`${built} is as docs/deploy.md says\n`);

/** With Kafka by Java on this machine, under the limits of the chart. */
async function readsATopicExactlyOnce() {
  const { startJavaKafka } = await import('../../dist/demo/broker/java-kafka.js');
  const kafka = await startJavaKafka({}).catch(error => error);
  if (kafka instanceof Error) {
    process.stdout.write(`  ! Kafka is not there, so nothing was read from a topic: ${kafka.message}\n`);
    process.exitCode = 1;
    return;
  }
  const { Kafka } = createRequire(import.meta.url)('@confluentinc/kafka-javascript').KafkaJS;
  const client = new Kafka({ kafkaJS: { brokers: kafka.brokers.split(','), logLevel: 0 } });
  const producer = client.producer();
  await producer.connect();
  const value = readFileSync('test/golden/corpus/microservice.traces.binpb');
  const messages = Array.from({ length: 500 }, () => ({ value }));
  await producer.send({ topic: 'otlp_spans', messages });
  await producer.disconnect();
  const brokers = `--kafka-brokers=${kafka.brokers}`;
  const inputs = ['--inputs', '[{"topic":"otlp_spans","signal":"traces"}]'];
  const limits = RESTRICTED.filter(option => option !== '--rm').concat('--memory=512m');
  const id = docker('run', '--detach', ...limits, built, 'run', brokers, ...inputs).trim();
  try {
    const deadline = Date.now() + 60_000;
    let metrics = '';
    while (!/^otelrows_records_total 500$/m.test(metrics)) {
      assert.ok(Date.now() < deadline, docker('logs', id));
      await new Promise(resolve => setTimeout(resolve, 500));
      metrics = await fetch('http://127.0.0.1:9464/metrics').then(
        answer => answer.text(),
        () => '',
      );
    }
    docker('stop', '--time=30', id);
    const verified = spawnSync(process.execPath, ['dist/main.js', 'verify', brokers, ...inputs], {
      encoding: 'utf8',
    });
    check('reads a topic exactly once with 512 MB, as `otelrows verify` finds', () =>
      assert.equal(verified.status, 0, verified.stdout + verified.stderr),
    );
  } finally {
    docker('rm', '--force', id);
    await kafka.stop();
  }
}
