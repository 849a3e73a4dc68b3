import { expect, test } from '@jest/globals';
import { Counter, Histogram, Registry } from 'prom-client';
import { LabelledTally, PlainHistogram, Tally } from './hot-figures.js';

const named = (registry: Registry) => ({ name: 'figure', help: 'what it tells', registers: [registry] as [Registry] });

test('they tell what the library’s own tell, however often they are asked', async () => {
  const [theirs, ours] = [new Registry(), new Registry()];
  const buckets = [0.1, 0.5, 2];
  const histograms = [new Histogram({ ...named(theirs), buckets }), new PlainHistogram({ ...named(ours), buckets })];
  expect(await ours.metrics()).toBe(await theirs.metrics());
  for (const round of [1, 2]) {
    for (const value of [0, 0.1, 0.3, 0.5, 0.7, 2, 7 * round]) for (const histogram of histograms) histogram.observe(value);
    expect(await ours.metrics()).toBe(await theirs.metrics());
    expect(await ours.metrics()).toContain(`figure_count ${7 * round}`);
  }
});

test('counters add up over several readings', async () => {
  const [theirs, ours] = [new Registry(), new Registry()];
  const counters = [new Counter(named(theirs)), new Tally(named(ours))];
  for (const by of [1, 5, 2]) {
    for (const counter of counters) counter.inc(by);
    expect(await ours.metrics()).toBe(await theirs.metrics());
  }
  expect(await ours.metrics()).toContain('figure 8');
});

test('so do labelled ones', async () => {
  const registry = new Registry();
  const tally = new LabelledTally({ ...named(registry), label: 'type' });
  for (const type of ['ping', 'typing', 'ping']) tally.inc(type);
  await registry.metrics();
  tally.inc('ping');
  const text = await registry.metrics();
  expect(text).toContain('figure{type="ping"} 3');
  expect(text).toContain('figure{type="typing"} 1');
});
