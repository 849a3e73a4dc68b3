#!/usr/bin/env node
/*
 * npm run test:containers: the containers as an operator meets them. Builds the images, starts everything, talks through the
 * published port while replicas are added and one is killed, stops everything and takes it away again. Needs a Docker engine
 * with Compose v2 and touches nothing else of it: project, port, secrets and volumes are of this run only.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Conversation } from '../../e2e/containers/conversation.mjs';
import { Deployment, freePort, whyNoEngine } from './deployment.mjs';

const PARTITIONS = 16;
const PEOPLE = 3;
/** A successor waits 10 s for a sign of life of a killed owner. */
const TAKE_OVER_MS = 40_000;
/** A canary that begins while its gateway starts tries again after 10 s. */
const CANARY_MS = 30_000;
/** Prometheus looks for services, and reads each, every 10 s. */
const SCRAPE_MS = 60_000;

const excuse = await whyNoEngine();
if (excuse) {
  process.stderr.write(`${excuse}\n`);
  process.exit(1);
}

const totals = { passed: 0, failed: 0 };
const deployment = await Deployment.prepare({
  PARTITIONS,
  LIMIT_SOCKETS_PER_IP: 0,
  LIMIT_REQUESTS_PER_MINUTE: 0,
  // Everybody comes through the balancer, so that gateways can be added too.
  COMPOSE_PROFILES: 'scale',
  GATEWAY_PORTS: '127.0.0.1:',
  TRUST_PROXY: 1,
  CANARY_USERNAME: 'canary',
  CANARY_PASSWORD: 'a password for one run',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void deployment.remove().finally(() => process.exit(130)));

try {
  await steps();
} catch (error) {
  process.stderr.write(`${error.stack}\n${await deployment.lastLogs()}\n`);
} finally {
  await step('everything is taken away again', () => deployment.remove()).catch((error) =>
    process.stderr.write(`${error.stack}\n`),
  );
}
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;

async function steps() {
  await step('docker compose refuses to start without secrets', refusesWithoutSecrets);
  await step('the images build', () => deployment.build());
  await step('all services become healthy', () => deployment.up());
  await step('services are not root and cannot write to their image', isConfined);
  await step('the images are small', areSmall);
  await step('the published port serves the web client and is ready', servesTheWebClient);
  await step('every service tells its figures, and the canary hears itself', tellsFigures);

  const conversation = await step('people talk', () => talk());
  try {
    await step('messages scale to 3 and the gateway to 2 replicas under load', () => scale(conversation));
    await step('a replica is killed under load: others take over', () => kill(conversation));
    await step('nothing acked is lost, doubled or out of order', () => conversation.settle());
    await step('SIGTERM stops every service in order', stopsInOrder);
    await step('a second start keeps all data and people go on', () => goOn(conversation));
  } finally {
    conversation.end();
  }
  await step('the doctor is content, and a backup comes back into an empty database', isRestored);
  await step('on a Redis Cluster people talk too, and Prometheus reads every service', onCluster);
}

/** The same images with the profiles `cluster` and `observability`, but Grafana. */
async function onCluster() {
  const prometheusPort = await freePort();
  const cluster = await Deployment.prepare(
    {
      COMPOSE_PROFILES: 'cluster,observability',
      REDIS_CLUSTER_NODES: 'redis-1:6379,redis-2:6379,redis-3:6379',
      PROMETHEUS_PORT: prometheusPort,
      LIMIT_SOCKETS_PER_IP: 0,
      LIMIT_REQUESTS_PER_MINUTE: 0,
    },
    { images: deployment },
  );
  try {
    await cluster.up('redis-cluster', 'gateway', 'prometheus');
    const conversation = await Conversation.begin(cluster.url, PEOPLE);
    try {
      await conversation.exchange(60);
      assert.equal(await conversation.settle(), 60);
    } finally {
      conversation.end();
    }
    await readsEverything(`http://127.0.0.1:${prometheusPort}`);
  } catch (error) {
    process.stderr.write(`${await cluster.lastLogs()}\n`);
    throw error;
  } finally {
    await cluster.remove();
  }
}

/** Prometheus finds the four services by name and gets their figures, and has loaded the alerts. */
async function readsEverything(prometheus) {
  const ask = async (path) => (await (await fetch(`${prometheus}/api/v1/${path}`)).json()).data;
  const deadline = performance.now() + SCRAPE_MS;
  for (;;) {
    const { activeTargets } = await ask('targets?state=active');
    if (activeTargets.filter(({ health }) => health === 'up').length === 4) break;
    assert.ok(performance.now() < deadline, `not all is read: ${JSON.stringify(activeTargets)}`);
    await pause(500);
  }
  const { groups } = await ask('rules');
  assert.ok(groups.flatMap(({ rules }) => rules).length > 10, 'the alerts are loaded');
}

/** Runs one step and reports it; a step that fails ends the run, for the next ones build on it. */
async function step(name, work) {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  try {
    const result = await work();
    totals.passed += 1;
    process.stdout.write(`ok    ${name} (${seconds()} s)\n`);
    return result;
  } catch (error) {
    totals.failed += 1;
    process.stdout.write(`FAIL  ${name} (${seconds()} s)\n`);
    throw error;
  }
}

async function refusesWithoutSecrets() {
  const { code, output } = await deployment.tryWithoutSecrets();
  assert.notEqual(code, 0, 'the configuration must be refused');
  assert.match(output, /make-env\.mjs/, 'the refusal says what to do');
}

async function isConfined() {
  for (const service of ['users', 'rooms', 'messages', 'gateway']) {
    const program = "console.log(process.getuid());try{require('fs').writeFileSync('x','')}catch(e){console.log(e.code)}";
    assert.match(await deployment.exec(service, ['node', '-e', program]), /^1000\s+EROFS$/, service);
  }
}

/** What an image adds to its base, most of it packages of npm. */
async function areSmall() {
  for (const [service, megabytes] of Object.entries(await deployment.addedMegabytes())) {
    process.stdout.write(`      ${service} adds ${megabytes.toFixed(0)} MB to its base image\n`);
    assert.ok(megabytes < 60, `${service} has grown`);
  }
}

async function tellsFigures() {
  const program = "fetch('http://127.0.0.1:9000/metrics').then((a)=>a.text()).then((t)=>console.log(t))";
  for (const service of ['users', 'rooms', 'messages', 'gateway'])
    assert.match(await deployment.exec(service, ['node', '-e', program]), /process_cpu_seconds_total/, service);
  const heard = /brook_canary_rounds_total\{[^}]*outcome="ok"[^}]*\} [1-9]/;
  const deadline = performance.now() + CANARY_MS;
  while (!heard.test(await deployment.exec('gateway', ['node', '-e', program])))
    assert.ok(performance.now() < deadline, 'the canary did not hear itself');
}

async function servesTheWebClient() {
  const page = await fetch(deployment.url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<div id=/, 'the page of the web client');
  assert.equal((await fetch(`${deployment.url}/readyz`)).status, 200);
}

async function talk() {
  const conversation = await Conversation.begin(deployment.url, PEOPLE);
  await conversation.exchange(60);
  assert.equal(await conversation.settle(), 60);
  return conversation;
}

async function scale(conversation) {
  conversation.keepTalking();
  await deployment.up('--no-recreate', '--scale', 'messages=3', '--scale', 'gateway=2');
  await conversation.waitForAcks(60, TAKE_OVER_MS);
  assert.equal((await deployment.containersOf('messages')).length, 3);
  assert.equal((await deployment.containersOf('gateway')).length, 2);
}

async function kill(conversation) {
  const partition = await deployment.exec('messages', [
    'node',
    '--input-type=module',
    '-e',
    partitionProgram(conversation.roomId),
  ]);
  await deployment.kill(await deployment.ownerOf('messages', Number(partition)));
  await conversation.waitForAcks(60, TAKE_OVER_MS);
  await conversation.hush();
}

/** A program with which a container says which partition a room lies in. */
function partitionProgram(roomId) {
  return `import { partitionOf } from '@brook/common/contracts'; console.log(partitionOf('${roomId}', ${PARTITIONS}))`;
}

/** As the runbook says it for Compose. A command that finds something broken ends badly, and the step with it. */
async function isRestored() {
  const folder = mkdtempSync(join(tmpdir(), 'brook-backups-'));
  try {
    assert.match(await deployment.brook(folder, 'doctor'), /Partitions +16, in all schemas/);
    await deployment.brook(folder, 'backup', '/backups/one');
    assert.ok(existsSync(join(folder, 'one/manifest.json')), 'the backup lies on this machine');
    await deployment.stop('users', 'rooms', 'messages', 'gateway');
    const statements = ['-c', 'DROP DATABASE brook', '-c', 'CREATE DATABASE brook'];
    await deployment.exec('postgres', ['psql', '-U', 'brook', '-d', 'postgres', ...statements]);
    assert.match(await deployment.brook(folder, 'restore', '/backups/one'), /Start Brook with PARTITIONS=16\./);
    await deployment.up();
    await servesTheWebClient();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function stopsInOrder() {
  const ends = await deployment.stop();
  for (const { name, service, code, killed } of ends)
    if (!killed && !['redis', 'postgres', 'balancer'].includes(service)) assert.equal(code, 0, `${name} ended with ${code}`);
}

async function goOn(conversation) {
  await deployment.up();
  await conversation.exchange(PEOPLE);
  await conversation.settle();
}
