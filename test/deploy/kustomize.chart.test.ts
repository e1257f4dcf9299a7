import { expect, test } from 'vitest';
import {
  customComplaints,
  isCustom,
  kubernetesComplaints,
  kustomize,
  type Manifest,
  manifests,
  only,
  workloadOf,
} from '../support/chart-tools.js';

const BASE = 'deploy/kustomize/base';
const DEPLOYMENT = 'deploy/kustomize/deployment';
const EXAMPLE = 'deploy/kustomize/example';

test('validators find nothing in any of them', () => {
  const all = [BASE, DEPLOYMENT, EXAMPLE].flatMap(kustomize);
  for (const version of ['1.27.0', '1.37.0'])
    expect(
      kubernetesComplaints(
        all.filter(manifest => !isCustom(manifest)),
        version,
      ),
    ).toEqual([]);
  expect(customComplaints(all.filter(isCustom))).toBe('');
});

test.each([
  [BASE, 'StatefulSet'],
  [DEPLOYMENT, 'Deployment'],
])('%s is what the chart renders by default as a %s', (folder, kind) => {
  const ours = kustomize(folder);
  const theirs = manifests({
    set: { fullnameOverride: 'otelrows', workload: { kind }, checksums: { enabled: false } },
  });
  expect(specOf(workloadOf(ours))).toEqual(specOf(workloadOf(theirs)));
  for (const other of ['PodDisruptionBudget', 'ServiceAccount'])
    expect(specOf(only(other, ours))).toEqual(specOf(only(other, theirs)));
  expect(namesOf(ours, 'Service')).toEqual(namesOf(theirs, 'Service'));
  expect(only('ConfigMap', ours)['data']['otelrows.yaml']).toContain('brokers: [kafka:9092]');
});

test('the example leaves `replicas` to KEDA and restarts pods for a new password or config', () => {
  const all = kustomize(EXAMPLE);
  const { spec } = workloadOf(all);
  expect(spec).not.toHaveProperty('replicas');
  const named = Object.fromEntries(
    spec.template.spec.volumes.map((volume: Manifest) => [
      volume['name'],
      volume['configMap']?.name ?? volume['secret']?.secretName,
    ]),
  );
  expect(named).toMatchObject({
    config: expect.stringMatching(/^otelrows-[a-z0-9]{10}$/),
    secrets: expect.stringMatching(/^kafka-login-[a-z0-9]{10}$/),
  });
  expect(only('ScaledObject', all)['spec'].scaleTargetRef).toMatchObject({
    kind: 'StatefulSet',
    name: 'otelrows',
  });
});

/** What two of a kind have in common: not what they are called, how they are labelled, or whose release they are of. */
function specOf(manifest: Manifest): unknown {
  const { spec = {}, automountServiceAccountToken } = manifest;
  const text = JSON.stringify({ spec, automountServiceAccountToken }, (key, value) => {
    if (key === 'app.kubernetes.io/instance') return undefined;
    // Of the generated ConfigMap, with the hash of its content.
    if (key === 'configMap')
      return { ...value, name: value.name.replace(/^otelrows-[a-z0-9]{10}$/, 'otelrows') };
    return value;
  });
  return JSON.parse(text);
}

function namesOf(all: readonly Manifest[], kind: string): string[] {
  return all.filter(manifest => manifest['kind'] === kind).map(({ metadata }) => metadata.name);
}
