import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, runCommand } from './run-command.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WAIT_SECONDS = '180';
// One image after another: they share all but their last steps, which are then found ready.
const surroundings = { cwd: root, env: { ...withoutSettings(process.env), COMPOSE_PARALLEL_LIMIT: '1' } };

/** One sentence on why containers cannot be tested here; undefined when they can. */
export async function whyNoEngine() {
  const engine = await runCommand('docker', ['version', '--format', '{{.Server.Version}}']);
  if (engine.code !== 0) return 'The containers were not tested: no Docker engine answers here (docker version says why).';
  const compose = await runCommand('docker', ['compose', 'version', '--short']);
  if (compose.code !== 0)
    return 'The containers were not tested: this docker command has no Compose v2 (docker compose version).';
  return undefined;
}

/** A throw-away start of docker-compose.yml: a project, a port, images and secrets of its own. */
export class Deployment {
  #folder = mkdtempSync(join(tmpdir(), 'brook-containers-'));
  #project = `brook-test-${process.pid}`;
  #killed = new Set();
  url = '';

  /** Makes secrets and settings; nothing is started. `images`: of another deployment, to run the same ones. */
  static async prepare(settings, { images } = {}) {
    const deployment = new Deployment();
    if (images) deployment.#project = `${images.#project}-next`;
    chmodSync(deployment.#folder, 0o700);
    const port = await freePort();
    await mustRun(process.execPath, [join(root, 'infra/docker/make-env.mjs'), deployment.#envFile]);
    const tag = images ? images.#project : deployment.#project;
    const lines = Object.entries({ ...settings, PORT: `127.0.0.1:${port}`, BROOK_TAG: tag });
    const text = readFileSync(deployment.#envFile, 'utf8');
    // The last of two lines with one name counts.
    writeFileSync(deployment.#envFile, `${text}${lines.map(([name, value]) => `${name}=${value}\n`).join('')}`);
    deployment.url = `http://127.0.0.1:${port}`;
    return deployment;
  }

  /** `docker compose up --wait`: resolves when every container is healthy. */
  up(...options) {
    return this.#compose(['up', '--wait', '--wait-timeout', WAIT_SECONDS, '--quiet-pull', ...options]);
  }

  /** The exit code and output of reading the configuration without any .env. */
  tryWithoutSecrets() {
    const empty = join(this.#folder, 'empty.env');
    writeFileSync(empty, '');
    return runCommand('docker', this.#arguments(empty, ['config', '--quiet']), surroundings);
  }

  /** What a command prints inside a container of the service, without white space around it. */
  async exec(service, command) {
    return (await this.#compose(['exec', '-T', service, ...command])).trim();
  }

  /** What `brook <words>` prints, run beside the stores; `folder` of this machine is /backups there, and its files stay ours. */
  brook(folder, ...words) {
    const self = `${process.getuid()}:${process.getgid()}`;
    return this.#compose(['run', '--rm', '-T', '--user', self, '--volume', `${folder}:/backups`, 'brook', ...words]);
  }

  /** Ids of the service's running containers. */
  async containersOf(service) {
    return (await this.#compose(['ps', '--quiet', service])).split('\n').filter((line) => line !== '');
  }

  /** The container that works on a partition: the one that took it over under the highest epoch, as the logs say. */
  async ownerOf(service, partition) {
    const takeOvers = [];
    for (const container of await this.containersOf(service)) {
      const output = await mustRun('docker', ['logs', container]);
      for (const line of output.split('\n').filter((text) => text.includes('"partition taken over"'))) {
        const entry = JSON.parse(line);
        if (entry.partition === partition) takeOvers.push({ container, epoch: entry.epoch });
      }
    }
    const last = takeOvers.sort((a, b) => b.epoch - a.epoch)[0];
    if (!last) throw new Error(`no container of ${service} has taken partition ${partition} over`);
    return last.container;
  }

  /** By how many MB each service's image is larger than the image it was built upon. */
  async addedMegabytes() {
    const size = async (image) => Number(await mustRun('docker', ['image', 'inspect', '--format', '{{.Size}}', image]));
    const base = await size('node:22-bookworm-slim');
    const added = {};
    for (const service of ['users', 'rooms', 'messages', 'gateway'])
      added[service] = ((await size(`brook-${service}:${this.#project}`)) - base) / 1e6;
    return added;
  }

  /** Ends a container without warning. Docker does not start it again. */
  async kill(container) {
    this.#killed.add(container);
    await mustRun('docker', ['kill', container]);
  }

  /** Stops the containers of some or all services in order and tells how each ended. */
  async stop(...services) {
    await this.#compose(['stop', ...services]);
    const text = await this.#compose(['ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Service}} {{.Name}} {{.ExitCode}}']);
    return text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([id, service, name, code]) => ({ service, name, code: Number(code), killed: this.#killed.has(id) }));
  }

  /** The end of all logs, for the account of a failure. */
  async lastLogs() {
    return this.#compose(['logs', '--no-color', '--tail', '20']);
  }

  /** Takes containers, volumes, networks, images and secrets of this run away. */
  async remove() {
    await this.#compose(['down', '--volumes', '--remove-orphans', '--timeout', '20']);
    const images = await mustRun('docker', ['images', '--quiet', '--filter', `reference=brook-*:${this.#project}`]);
    const ids = images.split('\n').filter((line) => line !== '');
    if (ids.length > 0) await mustRun('docker', ['rmi', ...ids]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #envFile() {
    return join(this.#folder, '.env');
  }

  /** Builds the images. */
  build() {
    return this.#compose(['build', '--quiet']);
  }

  #compose(args) {
    return mustRun('docker', this.#arguments(this.#envFile, args), surroundings);
  }

  #arguments(envFile, args) {
    return ['compose', '--project-name', this.#project, '--env-file', envFile, '--ansi', 'never', '--progress', 'plain', ...args];
  }
}

/** Compose prefers the environment to the file: whatever the file names is taken out of it. */
function withoutSettings(env) {
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const names = new Set([...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}

/** A port of this machine that nothing listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
