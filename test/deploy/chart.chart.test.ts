import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  CHART,
  customComplaints,
  HELMS,
  helm,
  isCustom,
  kubernetesComplaints,
  type Manifest,
  manifests,
  only,
  podOf,
  template,
  workloadOf,
} from '../support/chart-tools.js';
import { startCluster } from '../support/cluster.js';

const FEATURES = readdirSync(join(CHART, 'ci')).map(file => file.replace('-values.yaml', ''));
/** The oldest that Chart.yaml allows, and the newest that the validator knows. */
const KUBERNETES = ['1.27.0', '1.37.0'];

const byFeature = new Map(FEATURES.map(values => [values, manifests({ values })]));
const all = [...byFeature.values()].flat();

describe.each(FEATURES)('ci/%s-values.yaml', values => {
  test.each(HELMS)('lints without a warning by %s', version => {
    const { status, stdout } = helm(
      ['lint', '--strict', CHART, '--values', join(CHART, 'ci', `${values}-values.yaml`)],
      version,
    );
    expect(status, stdout).toBe(0);
    expect(stdout).not.toContain('[WARNING]');
  });

  test('renders alike by helm 3 and helm 4', () => {
    expect(manifests({ values, helm: 'helm4' })).toEqual(byFeature.get(values));
  });
});

describe('validators', () => {
  test.each(KUBERNETES)(
    'find nothing in any manifest for Kubernetes %s, unknown fields included',
    version => {
      expect(all.length).toBeGreaterThan(60);
      expect(
        kubernetesComplaints(
          all.filter(manifest => !isCustom(manifest)),
          version,
        ),
      ).toEqual([]);
    },
  );

  test('find nothing in custom resources', () => {
    const custom = all.filter(isCustom);
    const kinds = ['PodMonitor', 'PrometheusRule', 'ScaledObject', 'ServiceMonitor'];
    expect([...new Set(custom.map(({ kind }) => kind))].sort()).toEqual(kinds);
    expect(customComplaints(custom)).toBe('');
  });

  test('see what is wrong, each of them', () => {
    const service = only('Service', manifests({ set: { workload: { kind: 'Deployment' } } }));
    const wrongService = { ...service, spec: { ...service['spec'], portz: [] } };
    expect(kubernetesComplaints([wrongService], '1.37.0').join()).toContain('portz');
    const scaled = only('ScaledObject', manifests({ values: 'keda-kafka' }));
    const wrongScaled = { ...scaled, spec: { ...scaled['spec'], minReplicaCoun: 1 } };
    expect(customComplaints([wrongScaled])).toContain('minReplicaCoun');
  });
});

describe('Pod Security', () => {
  // https://kubernetes.io/docs/concepts/security/pod-security-standards: what `restricted` asks of a pod.
  test.each(FEATURES)('%s meets `restricted` and has a read-only root', values => {
    const found = byFeature.get(values) ?? [];
    const specs = [workloadOf(found)['spec'].template.spec, ...found.filter(isPod).map(({ spec }) => spec)];
    for (const spec of specs) {
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.securityContext.runAsUser).not.toBe(0);
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(spec[field] ?? false).toBe(false);
      for (const { name, hostPath } of spec.volumes) expect(hostPath, name).toBeUndefined();
      const ours = spec.containers.filter(({ name }: Manifest) => ['otelrows', 'check'].includes(name));
      expect(ours).toHaveLength(1);
      expect(ours[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const { hostPort } of ours[0].ports ?? []) expect(hostPort).toBeUndefined();
      expect(spec.automountServiceAccountToken).toBe(false);
    }
  });

  test('a user that the platform chooses: fields set to null are left out', () => {
    const { securityContext } = podOf({ values: 'bare' })['spec'];
    expect(securityContext).not.toHaveProperty('runAsUser');
    expect(securityContext).toMatchObject({ runAsNonRoot: true });
  });
});

describe('scaling', () => {
  test('only mode none has `replicas`, so that nothing fights over it', () => {
    const replicasOf = (mode: string, kind: string) =>
      workloadOf(
        manifests({
          set: {
            workload: { kind },
            replicaCount: 5,
            autoscaling: { mode },
          },
        }),
      )['spec'].replicas;
    for (const kind of ['StatefulSet', 'Deployment']) {
      expect(replicasOf('none', kind)).toBe(5);
      for (const mode of ['hpa', 'keda', 'external']) expect(replicasOf(mode, kind)).toBeUndefined();
    }
  });

  test('replicaCount 0 stops the workers', () => {
    expect(workloadOf(manifests({ set: { replicaCount: 0 } }))['spec'].replicas).toBe(0);
  });

  test('hpa and keda name the workload that there is', () => {
    for (const [mode, kind] of [
      ['hpa', 'HorizontalPodAutoscaler'],
      ['keda', 'ScaledObject'],
    ] as const)
      for (const workload of ['StatefulSet', 'Deployment']) {
        const found = manifests({ set: { workload: { kind: workload }, autoscaling: { mode } } });
        const { kind: targetKind, name } = only(kind, found)['spec'].scaleTargetRef;
        expect([targetKind, name]).toEqual([workload, workloadOf(found)['metadata'].name]);
      }
  });

  test('the Kafka trigger has the brokers, group and login of the config, and room for transaction markers', () => {
    const { spec } = only('ScaledObject', byFeature.get('keda-kafka') ?? []);
    expect(spec.minReplicaCount).toBe(0);
    expect(spec.triggers).toEqual([
      {
        type: 'kafka',
        authenticationRef: { name: 'kafka-login' },
        metadata: {
          bootstrapServers: 'kafka-1:9093,kafka-2:9093',
          consumerGroup: 'rows',
          offsetResetPolicy: 'earliest',
          lagThreshold: '20000',
          activationLagThreshold: '200',
          excludePersistentLag: 'false',
          allowIdleConsumers: 'false',
          tls: 'enable',
          sasl: 'scram_sha512',
          version: '2.5.0',
        },
      },
    ]);
    const byDefault = only('ScaledObject', manifests({ set: { autoscaling: { mode: 'keda' } } }));
    expect(Number(byDefault['spec'].triggers[0].metadata.activationLagThreshold)).toBeGreaterThan(10);
  });

  test('the Prometheus trigger asks for the lag without markers, of the pods of this release', () => {
    const { spec } = only('ScaledObject', byFeature.get('keda-prometheus') ?? []);
    expect(spec.triggers[0].metadata.query).toBe(
      'sum(otelrows_lag_records{namespace="telemetry",pod=~"rows-otelrows-.+"})',
    );
    expect(
      template({ values: 'keda-prometheus', set: { autoscaling: { minReplicas: 0 } } }).stderr,
    ).toContain('autoscaling.minReplicas: 0 needs keda.trigger kafka');
  });
});

describe('a change restarts pods', () => {
  const annotations = (set: Manifest, values = 'secrets') => podOf({ values, set })['metadata'].annotations;

  test('of the config and of the secrets of the chart', () => {
    const before = annotations({});
    expect(annotations({ config: { log: { level: 'debug' } } })['checksum/config']).not.toBe(
      before['checksum/config'],
    );
    expect(annotations({ secretSettings: { 'kafka.tls.key_password': 'another' } })).not.toEqual(before);
  });

  test('of a Secret made by others, by a look into the cluster', async () => {
    const before = await annotationsInCluster('one');
    expect(await annotationsInCluster('one')).toEqual(before);
    expect(await annotationsInCluster('two')).not.toEqual(before);
  });

  test('but not of labels, or of the version of the chart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelrows-chart-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(CHART, folder, { recursive: true });
    const file = join(folder, 'Chart.yaml');
    const newer = readFileSync(file, 'utf8').replace(/^(version|appVersion): .*$/gm, '$1: "9.9.9"');
    writeFileSync(file, newer);
    const set = { image: { tag: '1.2.3' }, commonAnnotations: { changed: 'yes' } };
    expect(podOf({ values: 'secrets', chart: folder, set })).toEqual(
      podOf({ values: 'secrets', set: { image: { tag: '1.2.3' } } }),
    );
  });

  test('can be switched off', () => {
    expect(podOf({ values: 'bare' })['metadata'].annotations).toBeUndefined();
  });
});

describe('the config', () => {
  const configOf = (found: readonly Manifest[]) => only('ConfigMap', found)['data']['otelrows.yaml'];

  test('of the chart can be replaced as a whole', () => {
    expect(configOf(byFeature.get('alternate-config') ?? [])).not.toContain('brokers');
  });

  test('can be a ConfigMap made by others; the chart then makes none', () => {
    const found = byFeature.get('existing-config') ?? [];
    expect(found.filter(({ kind }) => kind === 'ConfigMap')).toEqual([]);
    expect(workloadOf(found)['spec'].template.spec.volumes[0].configMap).toEqual({
      name: 'rows-config',
      items: [{ key: 'config.yaml', path: 'otelrows.yaml' }],
    });
  });

  test('has no secret: they are files, named by the environment', () => {
    const found = byFeature.get('secrets') ?? [];
    expect(configOf(found)).not.toContain('not-in-values-please');
    const [container] = workloadOf(found)['spec'].template.spec.containers;
    expect(container.env).toContainEqual({
      name: 'OTELROWS_KAFKA_AUTH_SASL_PASSWORD_FILE',
      value: '/etc/otelrows/secrets/kafka.auth.sasl.password',
    });
    expect(JSON.stringify(container.env)).not.toContain('secretKeyRef');
  });
});

describe('probes', () => {
  test('ask for progress to restart a pod, and never for brokers', () => {
    const [container] = podOf()['spec'].containers;
    expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
  });

  test('that are disabled are left out', () => {
    const [container] = podOf({ values: 'bare' })['spec'].containers;
    expect(Object.keys(container).filter(key => key.endsWith('Probe'))).toEqual([]);
  });

  test('can be replaced', () => {
    const set = { probes: { liveness: { httpGet: null, tcpSocket: { port: 'http' }, periodSeconds: 1 } } };
    const [container] = podOf({ set })['spec'].containers;
    expect(container.livenessProbe).toMatchObject({ tcpSocket: { port: 'http' }, periodSeconds: 1 });
    expect(container.livenessProbe).not.toHaveProperty('httpGet');
  });

  test('are not left without a port that answers', () => {
    expect(template({ set: { config: { http: { enabled: false } } } }).stderr).toContain(
      'set probes.liveness.enabled: false too',
    );
    expect(template({ set: { config: { http: { port: 1 } } } }).stderr).toContain('set ports.http alone');
  });
});

describe('a pod that ends', () => {
  const grace = (set: Manifest) => podOf({ set })['spec'].terminationGracePeriodSeconds;

  test.each([
    [undefined, 60],
    [10_000, 60],
    ['10s', 60],
    ['2m', 150],
    ['1m30s', 120],
    ['500ms', 60],
    [600_000, 630],
  ])('has longer than a transaction of %s: %i s', (timeout, seconds) => {
    expect(grace({ config: { producer: timeout ? { transaction_timeout_ms: timeout } : {} } })).toBe(seconds);
  });

  test('has what is set, but not less than the transaction', () => {
    expect(grace({ terminationGracePeriodSeconds: 300 })).toBe(300);
    expect(template({ set: { terminationGracePeriodSeconds: 5 } }).stderr).toContain(
      'terminationGracePeriodSeconds: 5 is not longer than a transaction may be',
    );
  });

  test('unready ones, as all are while brokers are away, do not hold up a drain', () => {
    expect(only('PodDisruptionBudget', manifests())['spec']).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    expect(only('PodDisruptionBudget', byFeature.get('workers') ?? [])['spec']).not.toHaveProperty(
      'maxUnavailable',
    );
  });
});

describe('names of workers', () => {
  const instanceId = (pod: Manifest) =>
    pod['spec'].containers[0].env.find(({ name }: Manifest) => name === 'OTELROWS_CONSUMER_INSTANCE_ID');

  test('stay with a StatefulSet, and differ between namespaces', () => {
    expect(instanceId(podOf()).value).toBe('$(POD_NAMESPACE).$(POD_NAME)');
  });

  test('are the workers’ own with a Deployment', () => {
    expect(instanceId(podOf({ values: 'deployment' }))).toBeUndefined();
  });
});

describe('the image', () => {
  test('is named by its digest where there is one', () => {
    expect(podOf({ values: 'image-digest' })['spec'].containers[0].image).toMatch(
      /^registry\.example\.com\/otelrows@sha256:[0-9a-f]{64}$/,
    );
  });

  test('has the tag of the chart’s appVersion, which is the version of otelrows', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(podOf()['spec'].containers[0].image).toBe(`otelrows:${version}`);
  });
});

describe('the network', () => {
  test('lets in the HTTP port and out DNS and the brokers of the config', () => {
    const { spec } = only('NetworkPolicy', byFeature.get('network-policy') ?? []);
    expect(spec.ingress[0].ports).toEqual([{ port: 'http', protocol: 'TCP' }]);
    const ports = spec.egress.flatMap((rule: Manifest) => rule['ports'].map(({ port }: Manifest) => port));
    expect(ports).toEqual([53, 53, 9093, 9094, 9092, 443]);
  });

  test('is not left closed by brokers that the chart does not know', () => {
    const set = { networkPolicy: { kafkaPorts: [] } };
    expect(template({ values: 'existing-config', set }).stderr).toContain('networkPolicy.kafkaPorts: needed');
  });

  test('monitors speak plain HTTP unless they are told otherwise', () => {
    const found = byFeature.get('monitoring') ?? [];
    const [pod] = only('PodMonitor', found)['spec'].podMetricsEndpoints;
    expect(pod).not.toHaveProperty('scheme');
    expect(pod).not.toHaveProperty('tlsConfig');
    expect(only('ServiceMonitor', found)['spec'].endpoints[0]).toMatchObject({ scheme: 'https' });
  });

  test('the Service of metrics is the only one that a ServiceMonitor finds', () => {
    const found = byFeature.get('monitoring') ?? [];
    const { matchLabels } = only('ServiceMonitor', found)['spec'].selector;
    const chosen = found.filter(
      ({ kind, metadata }) =>
        kind === 'Service' &&
        Object.entries(matchLabels).every(([key, value]) => metadata.labels[key] === value),
    );
    expect(chosen.map(({ metadata }) => metadata.name)).toEqual(['rows-otelrows']);
  });
});

describe('values', () => {
  test.each([
    [{ workload: { kind: 'Job' } }, 'workload.kind'],
    [{ autoscaling: { mode: 'vpa' } }, 'autoscaling.mode'],
    [{ image: { digest: 'latest' } }, 'image.digest'],
    [{ existingSecrets: [{ setting: 'kafka.auth.sasl.password', name: 'login' }] }, 'key'],
    [{ secretSettings: { OTELROWS_PASSWORD: 'x' } }, 'secretSettings'],
    [{ replicaCount: 'two' }, 'replicaCount'],
  ])('%j are refused by name', (set, name) => {
    const { status, stderr } = template({ set });
    expect(status).not.toBe(0);
    expect(stderr.replaceAll('/', '.')).toContain(name);
  });

  test('of another version stop no upgrade, and are named', () => {
    const set = ['--set', 'oldName=1', '--set', 'workload.newField=1', '--set', 'podMonitor.another=x'];
    // Helm 4, which asks no cluster for this.
    const { status, stdout, stderr } = helm(['install', 'rows', CHART, '--dry-run=client', ...set], 'helm4');
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('this chart has no values called oldName; they change nothing');
  });

  test('extra everything ends up where it belongs', () => {
    const found = byFeature.get('extra-everything') ?? [];
    const { metadata, spec } = workloadOf(found)['spec'].template;
    const [container, sidecar] = spec.containers;
    expect(container.args).toEqual(['run', '--log-level', 'debug']);
    expect(container.env.map(({ name }: Manifest) => name)).toContain('NODE_EXTRA_CA_CERTS');
    expect(sidecar.name).toBe('sidecar-of-rows');
    expect(metadata.labels.team).toBe('observability');
    expect(spec.topologySpreadConstraints[0].labelSelector.matchLabels).toMatchObject({
      'app.kubernetes.io/instance': 'rows',
    });
    expect(found.map(object => object['metadata'].name)).toEqual(
      expect.arrayContaining(['rows-map', 'rows-text']),
    );
  });
});

function isPod({ kind }: Manifest): boolean {
  return kind === 'Pod';
}

/** Of the pods when the Secret `kafka-login` of a cluster holds this password. */
async function annotationsInCluster(password: string): Promise<Manifest> {
  const cluster = await startCluster({ 'kafka-login': { password } });
  try {
    const args = ['--dry-run=server', '--kube-apiserver', cluster.address];
    return podOf({ values: 'secrets', args })['metadata'].annotations;
  } finally {
    cluster.stop();
  }
}
