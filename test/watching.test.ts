import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { monitoringSection } from '../config/sections/monitoring.ts';
import { metrics } from '../src/telemetry/metrics/definitions.ts';
import { promMeter } from '../src/telemetry/metrics/prom-meter.ts';
import { anchors } from './docs/markdown.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');

const alertsSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.object({ summary: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const alerts = alertsSchema.parse(parse(read('config/prometheus/alerts.yaml'))).groups.flatMap(({ rules }) => rules);

const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});
const dashboard = dashboardSchema.parse(JSON.parse(read('config/grafana/parley.json')));
const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const expressions = [...alerts.map(({ expr }) => expr), ...shown];

const functions = /^(?:sum|rate|increase|histogram_quantile|max|min|count|by)$/;
/** Labels that Prometheus itself adds. */
const added = ['job', 'instance', 'le'];

/** The series that an expression reads, with the labels that it names of each. */
function seriesIn(expression: string): { readonly name: string; readonly labels: readonly string[] }[] {
  const plain = expression.replace(/"[^"]*"/g, '').replace(/by \([^)]*\)|\[[^\]]*\]/g, '');
  return [...plain.matchAll(/\b([a-z][a-z_0-9]+)(\{[^}]*\})?/g)]
    .filter(([, name = '']) => !functions.test(name))
    .map(([, name = '', selector = '']) => ({
      name,
      labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map(match => match[1] ?? ''),
    }));
}

const groupedBy = (expression: string): string[] =>
  [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
    labels.split(',').map(label => label.trim()),
  );

/** What `/metrics` gives, with the series of histograms. */
async function given(): Promise<Set<string>> {
  const { text } = await promMeter().text();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

const own = (name: string): string => name.replace(/_bucket$/, '');
const labelsOf = (name: string): readonly string[] =>
  Object.hasOwn(metrics, own(name)) ? metrics[own(name) as keyof typeof metrics].labels : [];

describe('the alerts and the dashboard', () => {
  it('read only metrics that there are, by labels that these have', async () => {
    const there = await given();
    for (const expression of expressions) {
      const series = seriesIn(expression);
      expect(series, expression).not.toEqual([]);
      expect(
        series.filter(({ name }) => name !== 'up' && !there.has(name)),
        expression,
      ).toEqual([]);
      const known = [...added, ...series.flatMap(({ name }) => labelsOf(name))];
      const named = [...series.flatMap(({ labels }) => labels), ...groupedBy(expression)];
      expect(
        named.filter(label => !known.includes(label)),
        expression,
      ).toEqual([]);
    }
  });

  it('together show every metric of our own', () => {
    const all = expressions.join('\n');
    expect(Object.keys(metrics).filter(name => !all.includes(name))).toEqual([]);
  });

  it('take what each process tells of the queue of all of them once, and do not add it up', () => {
    const ofAll = expressions.filter(expression => /parley_queue_(?:waiting|running|oldest_seconds)/.test(expression));
    expect(ofAll.length).toBeGreaterThanOrEqual(3);
    expect(ofAll.filter(expression => !expression.startsWith('max by (topic)'))).toEqual([]);
  });

  it('would be found wrong where a metric has another name', () => {
    expect(seriesIn('sum by (le) (rate(parley_answers_bucket{model="a"}[5m])) > 0.5')).toEqual([
      { name: 'parley_answers_bucket', labels: ['model'] },
    ]);
  });
});

const scrapeSchema = z.looseObject({
  scrape_configs: z.tuple([
    z.looseObject({ dns_sd_configs: z.tuple([z.object({ names: z.array(z.string()), port: z.number() }).loose()]) }),
  ]),
});
const composeSchema = z.object({
  services: z.record(z.string(), z.looseObject({ environment: z.record(z.string(), z.string()).optional() })),
});

describe('config/prometheus/compose.yml', () => {
  it('finds every service of docker-compose.yml in which Parley runs, at the port where it shows its metrics', () => {
    const [{ dns_sd_configs: found }] = scrapeSchema.parse(parse(read('config/prometheus/compose.yml'))).scrape_configs;
    const { services } = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
    const running = Object.entries(services).filter(([, { environment }]) => environment?.PARLEY_ROLE !== undefined);
    expect(found[0].names.toSorted()).toEqual(running.map(([name]) => name).toSorted());
    expect(found[0].port).toBe(monitoringSection.parse({}).port);
  });
});

describe('each alert', () => {
  it('has its place in docs/how-to/watch-parley.md, and no other is there', () => {
    const page = 'docs/how-to/watch-parley.md';
    const places = [...anchors(read(page))].filter(anchor => anchor.startsWith('parley'));
    expect(alerts.map(({ alert }) => alert.toLowerCase()).sort()).toEqual(places.sort());
    for (const { alert, annotations } of alerts) expect(annotations.runbook).toBe(`${page}#${alert.toLowerCase()}`);
  });
});

describe('docs/how-to/watch-parley.md', () => {
  it('tells of every metric, and of no other', () => {
    const named = [...read('docs/how-to/watch-parley.md').matchAll(/`(parley_[a-z_]+)`/g)].map(match => match[1] ?? '');
    expect([...new Set(named)].sort()).toEqual(Object.keys(metrics).sort());
  });
});
