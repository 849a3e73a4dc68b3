import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createMetrics } from '@brook/common/metrics';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'infra/observability');
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

interface Rule {
  alert: string;
  expr: string;
}
interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { refId: string; expr: string; datasource: { type: string; uid: string } }[];
}

const file = parse(read('prometheus/alerts.yml')) as { groups: { name: string; rules: Rule[] }[] };
const rules = file.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana/dashboards/brook.json')) as { panels: Panel[] };
const queries = dashboard.panels.flatMap(({ targets = [] }) => targets);

/** Names of figures as the sources of services and libraries give them to prom-client: whole, never put together. */
async function exported(): Promise<Set<string>> {
  const names = new Set<string>();
  for (const part of [
    'libs/common/src',
    'services/gateway/src',
    'services/messages/src',
    'services/rooms/src',
    'services/users/src',
  ])
    for (const file of readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.includes('.test.') || file.includes('generated')) continue;
      const text = readFileSync(join(root, part, file), 'utf8');
      if (!text.includes('@brook/common/metrics') && !text.includes('prom-client')) continue;
      for (const [, name] of text.matchAll(/['"`](brook_[a-z_]+)['"`]/g)) names.add(name ?? '');
      // Figures that a file names by a common beginning.
      for (const [, start = '', end = ''] of text.matchAll(/`(brook_[a-z_]*)\$\{name\}([a-z_]*)`/g))
        for (const [, middle] of text.matchAll(/\b(?:gauge|counter|seconds)\(\s*'([a-z_]+)'/g))
          names.add(`${start}${middle}${end}`);
    }
  // What Prometheus itself adds to every target.
  names.add('up');
  for (const { name } of await createMetrics('test').getMetricsAsJSON()) names.add(name);
  return names;
}

/** Names of figures in a PromQL expression, as they were registered: without the suffixes of histograms. */
function named(expression: string): string[] {
  const words = expression.replace(/\{[^}]*\}|"[^"]*"/g, '').match(/\bup\b|\b(brook|nodejs|process)_[a-z0-9_]+/g) ?? [];
  return words.map((word) => (/_(seconds|size)_(bucket|sum|count)$/.test(word) ? word.replace(/_[a-z]+$/, '') : word));
}

describe('alerts and dashboard', () => {
  test('rules have the form that Prometheus reads', () => {
    const text = expect.stringMatching(/./);
    for (const rule of rules) {
      expect({ for: '0s', ...rule }).toEqual({
        alert: expect.stringMatching(/^Brook[A-Za-z]+$/),
        expr: text,
        for: expect.stringMatching(/^\d+[sm]$/),
        labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
        annotations: { summary: text },
      });
    }
  });

  test('panels have the form that Grafana reads', () => {
    expect(dashboard).toMatchObject({ uid: 'brook', title: 'Brook', schemaVersion: 39 });
    for (const { id, type, title, gridPos, targets } of dashboard.panels) {
      expect({ id, type, title }).toEqual({
        id: expect.any(Number),
        type: expect.stringMatching(/^(row|timeseries)$/),
        title: expect.stringMatching(/./),
      });
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(targets === undefined).toBe(type === 'row');
    }
    const datasource = { type: 'prometheus', uid: 'prometheus' };
    for (const query of queries)
      expect(query).toEqual({
        refId: expect.stringMatching(/^[A-Z]$/),
        expr: expect.any(String),
        legendFormat: expect.any(String),
        datasource,
      });
  });

  test('name only figures that a service exports', async () => {
    const known = await exported();
    const expressions = [...rules.map(({ expr }) => expr), ...queries.map(({ expr }) => expr)];
    const unknown = expressions.flatMap(named).filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
    for (const expression of expressions) expect(named(expression)).not.toEqual([]);
  });

  test('every figure of our own is on the dashboard', async () => {
    const shown = new Set(queries.flatMap(({ expr }) => named(expr)));
    const ours = [...(await exported())].filter((name) => name.startsWith('brook_'));
    expect(ours.length).toBeGreaterThan(25);
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  test('every alert is explained in the runbook', () => {
    const runbook = readFileSync(join(root, 'docs/operations.md'), 'utf8');
    expect(rules.map(({ alert }) => alert).filter((alert) => !runbook.includes(`### ${alert}`))).toEqual([]);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test('panels have ids of their own and do not overlap', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  test('promtool, where there is one, accepts rules and configuration', () => {
    const where = spawnSync('promtool', ['--version']);
    if (where.error) return;
    for (const args of [
      ['check', 'rules', 'prometheus/alerts.yml'],
      ['check', 'config', 'prometheus/prometheus.yml'],
      ['test', 'rules', 'prometheus/alerts.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
      expect({ args, status, output: `${stdout}${stderr}` }).toMatchObject({ status: 0 });
    }
  });
});
