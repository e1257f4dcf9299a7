import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const CHART = 'deploy/helm/otelrows';
export const HELMS = ['helm3', 'helm4'] as const;
export type Helm = (typeof HELMS)[number];

/** A manifest, or a part of one: whoever looks into it knows what it holds. */
// biome-ignore lint/suspicious/noExplicitAny: manifests of Kubernetes have no types here, their validators hold them to shape.
export type Manifest = Record<string, any>;

const PYTHON = process.env['OTELROWS_PYTHON'] ?? 'python3';
const TOOLS = chartTools();

/** Where `deploy/setup/charts.mjs` puts them: it has the same lines. */
function chartTools(): string {
  const tag = spawnSync(PYTHON, ['-c', 'import sys; print(sys.implementation.cache_tag)'], {
    encoding: 'utf8',
  });
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${tag.stdout.trim()}\n`);
  for (const list of ['package-lock.json', 'requirements.txt'])
    hash.update(readFileSync(join('deploy/setup/charts', list)));
  const cache =
    process.env['OTELROWS_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'otelrows');
  const folder = join(cache, `chart-tools-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(join(folder, 'complete')))
    throw new Error('What renders and checks the chart is missing: `npm run charts` installs it');
  return folder;
}

export interface HelmResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Without a cluster, whatever the machine knows of one. */
export function helm(args: readonly string[], version: Helm = 'helm3'): HelmResult {
  const env = { ...process.env, KUBECONFIG: '/dev/null' };
  return spawnSync(join(TOOLS, 'bin', version), args, { encoding: 'utf8', env });
}

export interface Rendering {
  /** One of `ci/`, without `-values.yaml`. */
  values?: string;
  /** Laid over that. */
  set?: Manifest;
  helm?: Helm;
  chart?: string;
  args?: readonly string[];
}

/** The text that `helm template` prints for a release called `rows` in the namespace `telemetry`. */
export function template(rendering: Rendering = {}): HelmResult {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-values-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(rendering.set ?? {}));
    const chart = rendering.chart ?? CHART;
    const given = rendering.values ? ['--values', join(CHART, 'ci', `${rendering.values}-values.yaml`)] : [];
    const args = ['template', 'rows', chart, '--namespace', 'telemetry', ...given, '--values', file];
    return helm([...args, ...(rendering.args ?? [])], rendering.helm);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @throws Error with what helm says when it renders nothing. */
export function manifests(rendering: Rendering = {}): Manifest[] {
  const { status, stdout, stderr } = template(rendering);
  if (status !== 0) throw new Error(stderr);
  return parseManifests(stdout);
}

export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map(document => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS() as Manifest | null;
    })
    .filter(manifest => manifest !== null);
}

/** The only manifest of a kind. */
export function only(kind: string, all: readonly Manifest[]): Manifest {
  const found = all.filter(manifest => manifest['kind'] === kind);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of kind ${kind}`);
  return found[0];
}

export function workloadOf(all: readonly Manifest[]): Manifest {
  return only(all.some(({ kind }) => kind === 'Deployment') ? 'Deployment' : 'StatefulSet', all);
}

/** What pods are made of: the part whose change restarts them. */
export function podOf(rendering: Rendering = {}): Manifest {
  return workloadOf(manifests(rendering))['spec'].template;
}

export function kustomize(folder: string): Manifest[] {
  return parseManifests(
    execFileSync(join(TOOLS, 'bin', 'kubectl'), ['kustomize', folder], { encoding: 'utf8' }),
  );
}

/**
 * What `kubernetes-validate --strict` has against manifests in a version of Kubernetes; it refuses fields that the version does
 * not have. Custom resources are not known to it.
 */
export function kubernetesComplaints(all: readonly Manifest[], version: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'otelrows-manifests-'));
  try {
    const file = join(folder, 'manifests.yaml');
    // JSON is YAML, and needs no second opinion about quoting.
    writeFileSync(file, all.map(manifest => `---\n${JSON.stringify(manifest)}\n`).join(''));
    const { stdout, stderr, error } = spawnSync(
      PYTHON,
      ['-m', 'kubernetes_validate', '--strict', '--kubernetes-version', version, file],
      { encoding: 'utf8', env: { ...process.env, PYTHONPATH: join(TOOLS, 'python') } },
    );
    if (error) throw error;
    const said = `${stdout}${stderr}`.split('\n').filter(line => line !== '');
    const passed = said.filter(line => line.startsWith('INFO') && line.includes(' passed '));
    const rest = said.filter(line => !passed.includes(line));
    if (rest.length === 0 && passed.length !== all.length)
      return [`${passed.length} of ${all.length} were looked at`];
    return rest;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where the types of a custom resource are, by its kind. */
const CUSTOM: Readonly<Record<string, string>> = {
  ScaledObject: '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject',
  PodMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor',
  ServiceMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor',
  PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
};

export function isCustom({ kind }: Manifest): boolean {
  return CUSTOM[kind] !== undefined;
}

/** What TypeScript has against custom resources by the types of their definitions, fields that they do not have included. */
export function customComplaints(all: readonly Manifest[]): string {
  // Beside the packages with the types, so that they are found.
  const folder = mkdtempSync(join(TOOLS, 'check-'));
  try {
    const lines = all.map((manifest, index) => {
      const { kind } = manifest;
      return `import type { I${kind} as T${index} } from '${CUSTOM[kind]}';\nexport const m${index}: T${index} = ${JSON.stringify(manifest)};\n`;
    });
    const file = join(folder, 'check.ts');
    writeFileSync(file, lines.join(''));
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--types', ''];
    const module = ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--target', 'es2022'];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', ...options, ...module, file],
      { encoding: 'utf8' },
    );
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Errors of Prometheus' own grammar in an expression, as the text around them. */
export async function promqlErrors(expression: string): Promise<string[]> {
  const path = join(TOOLS, 'node_modules', '@prometheus-io', 'lezer-promql', 'dist', 'index.es.js');
  const { parser } = (await import(path)) as {
    parser: {
      parse(text: string): {
        iterate(visit: { enter(node: { type: { isError: boolean }; from: number; to: number }): void }): void;
      };
    };
  };
  const errors: string[] = [];
  parser.parse(expression).iterate({
    enter({ type, from }) {
      if (type.isError) errors.push(expression.slice(Math.max(0, from - 20), from + 20));
    },
  });
  return errors;
}
