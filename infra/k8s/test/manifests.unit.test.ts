import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import { type Manifest, render } from './support/render.js';

const folder = fileURLToPath(new URL('../overlays', import.meta.url));
const overlays = readdirSync(folder);

/** Every kind that may stand in an overlay, with its schema. */
const MODELS: Record<string, new (data: never) => { validate(): void }> = {
  'v1 ConfigMap': ConfigMap,
  'v1 Service': Service,
  'apps/v1 Deployment': Deployment,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'networking.k8s.io/v1 Ingress': Ingress,
  'autoscaling/v2 HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'keda.sh/v1alpha1 ScaledObject': ScaledObject,
};
const NAMES = ['gateway', 'messages', 'rooms', 'users'];

interface PodSpec {
  terminationGracePeriodSeconds: number;
  securityContext: object;
  topologySpreadConstraints: { labelSelector: object }[];
  containers: {
    image: string;
    ports: { name: string; containerPort: number }[];
    env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string } } }[];
    securityContext: object;
    lifecycle: { preStop: object };
    [probe: string]: unknown;
  }[];
}
type Spec = { selector: { matchLabels: object }; template: { metadata: { labels: object }; spec: PodSpec } };

describe.each(overlays)('overlay %s', (overlay) => {
  const objects = render(join(folder, overlay));
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const specOf = ({ spec }: Manifest) => spec as Spec;

  test('every object fits its schema', () => {
    for (const object of objects) {
      const model = MODELS[`${object.apiVersion} ${object.kind}`];
      expect({ kind: `${object.apiVersion} ${object.kind}`, known: model !== undefined }).toMatchObject({ known: true });
      if (model) new model(object as never).validate();
    }
  });

  test('the schemas notice a wrong type', () => {
    const broken = structuredClone(of('Deployment')[0]) as Manifest;
    (broken['spec'] as { replicas: unknown }).replicas = 'two';
    expect(() => new Deployment(broken as never).validate()).toThrow('replicas');
  });

  test('kubectl, where there is one, renders the same', () => {
    const { error, stdout, stderr, status } = spawnSync('kubectl', ['kustomize', join(folder, overlay)], { encoding: 'utf8' });
    if (error) return;
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
    const sorted = (list: Manifest[]) => [...list].sort((a, b) => key(a).localeCompare(key(b)));
    const rendered = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
    expect(sorted(rendered)).toEqual(sorted(objects));
  });

  test('each service has a deployment, a service that selects it, and a disruption budget', () => {
    for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget'])
      expect(
        of(kind)
          .map(({ metadata }) => metadata.name)
          .sort(),
      ).toEqual(NAMES);
    for (const deployment of of('Deployment')) {
      const { selector, template } = specOf(deployment);
      const { name } = deployment.metadata;
      const service = of('Service').find(({ metadata }) => metadata.name === name)?.['spec'] as {
        selector: object;
        ports: { targetPort: string }[];
      };
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      expect(template.metadata.labels).toMatchObject(service.selector);
      const ports = template.spec.containers[0]?.ports.map((port) => port.name);
      for (const { targetPort } of service.ports) expect(ports).toContain(targetPort);
    }
  });

  test('pods are confined, probed, spread, and drained before they end', () => {
    for (const deployment of of('Deployment')) {
      const pod = specOf(deployment).template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(5 + 15);
      expect(pod.topologySpreadConstraints).toHaveLength(2);
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container['readinessProbe']).toMatchObject({ httpGet: { path: '/readyz', port: 'internal' } });
        for (const probe of ['startupProbe', 'livenessProbe'])
          expect(container[probe]).toMatchObject({ httpGet: { path: '/healthz', port: 'internal' } });
        expect(container.lifecycle.preStop).toBeDefined();
      }
    }
  });

  test('secrets come from secrets only, and the gateway is not told where Postgres is', () => {
    for (const deployment of of('Deployment')) {
      const env = specOf(deployment).template.spec.containers.flatMap((container) => container.env);
      const names = env.map(({ name }) => name);
      for (const { value, valueFrom } of env) {
        expect(value).toBeUndefined();
        expect(valueFrom?.secretKeyRef.name).toMatch(/^brook-(stores|keys)$/);
      }
      expect(names).toEqual(expect.arrayContaining(['REDIS_URL', 'REDIS_CLUSTER_NODES', 'INTERNAL_KEY']));
      expect(names.includes('DATABASE_URL')).toBe(deployment.metadata.name !== 'gateway');
      expect(names.includes('TOKEN_KEYS')).toBe(deployment.metadata.name === 'users');
    }
  });

  test('policies deny everything first', () => {
    const deny = of('NetworkPolicy').find(({ metadata }) => metadata.name === 'brook-deny')?.['spec'];
    expect(deny).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'brook' } },
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(of('NetworkPolicy').length).toBeGreaterThanOrEqual(5);
  });

  test('what scales names a deployment that is there and has no number of its own', () => {
    for (const scaler of [...of('HorizontalPodAutoscaler'), ...of('ScaledObject')]) {
      const { scaleTargetRef } = scaler['spec'] as { scaleTargetRef: { name: string } };
      const target = of('Deployment').find(({ metadata }) => metadata.name === scaleTargetRef.name);
      expect(target).toBeDefined();
      expect((target?.['spec'] as { replicas?: number }).replicas).toBeUndefined();
    }
  });
});

test('production scales gateways by processor, and services by their streams up to the number of partitions', () => {
  const objects = render(join(folder, 'production'));
  const scalers = objects.filter(({ kind }) => kind === 'ScaledObject' || kind === 'HorizontalPodAutoscaler');
  expect(scalers.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
    'HorizontalPodAutoscaler gateway',
    'ScaledObject messages',
    'ScaledObject rooms',
    'ScaledObject users',
  ]);
  const config = objects.find(({ kind }) => kind === 'ConfigMap')?.['data'] as { PARTITIONS: string };
  for (const { spec, metadata } of scalers.filter(({ kind }) => kind === 'ScaledObject')) {
    const { maxReplicaCount, triggers } = spec as { maxReplicaCount: number; triggers: { metadata: { query?: string } }[] };
    expect(maxReplicaCount).toBeLessThanOrEqual(Number(config.PARTITIONS));
    expect(triggers.map(({ metadata: { query } }) => query)).toEqual(
      expect.arrayContaining([
        `sum(brook_commands_pending{service="${metadata.name}"})`,
        `max(brook_command_lag_seconds{service="${metadata.name}"})`,
      ]),
    );
  }
});
