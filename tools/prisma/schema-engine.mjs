#!/usr/bin/env node
/*
 * Prisma's schema engine without a downloaded binary. The Prisma CLI starts a "schema engine" program and talks to it in
 * JSON-RPC, one message a line on standard input and output; this program answers with the WebAssembly build of the same
 * engine (@prisma/schema-engine-wasm) over the `pg` driver. tools/prisma/run.mjs points the CLI here.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { databaseName, driverUrl, MigrationAdapterFactory, onMaintenanceDatabase } from './migration-adapter.mjs';

const enginePackage = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
const args = process.argv.slice(2);
const valuesOf = (flag) => args.flatMap((arg, at) => (arg === flag ? [args[at + 1]] : []));
const datasource = JSON.parse(valuesOf('--datasource')[0] ?? '{}');

if (args.includes('--version')) printVersion();
else if (args.includes('cli')) await runOneCommand(args.at(-1));
else await serve();

function printVersion() {
  const { version } = JSON.parse(readFileSync(join(enginePackage, 'package.json'), 'utf8'));
  // The CLI compares the commit, which ends the package's version.
  process.stdout.write(`schema-engine-cli ${version.split(/[.-]/).pop()}\n`);
}

/** `cli create-database` and `cli can-connect-to-database`: the answer is the exit code, an error goes to stderr as JSON. */
async function runOneCommand(command) {
  const codes = {
    '3D000': 'P1003',
    '28P01': 'P1000',
    28000: 'P1000',
    ECONNREFUSED: 'P1001',
    ENOTFOUND: 'P1001',
    ETIMEDOUT: 'P1002',
  };
  try {
    if (command === 'create-database') await createDatabase(datasource.url);
    else await probe(datasource.url);
  } catch (error) {
    const fields = { message: error.message, error_code: codes[error.code] };
    process.stderr.write(`${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}\n`);
    process.exitCode = 1;
  }
}

async function probe(url) {
  const client = new pg.Client({ connectionString: driverUrl(url) });
  await client.connect();
  await client.end();
}

async function createDatabase(url) {
  const name = databaseName(url);
  await onMaintenanceDatabase(url, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
  return { databaseName: name };
}

async function serve() {
  const engine = await loadEngine();
  let last = Promise.resolve();
  // The engine holds one connection and is not re-entrant: requests are answered one after the other.
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.method) last = last.then(() => answer(engine, request));
  }
  await last;
  process.exit(0);
}

async function loadEngine() {
  // Where the engine leaves its last words when it panics; without it the reason is lost.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) };
  const glue = await import(join(enginePackage, 'schema_engine_bg.js'));
  const wasm = readFileSync(join(enginePackage, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const files = valuesOf('--datamodels').map((file) => [file, readFileSync(file, 'utf8')]);
  const options = { datamodels: files.length > 0 ? files : undefined };
  const log = (line) => process.env.DEBUG && process.stderr.write(`${line}\n`);
  const factory = new MigrationAdapterFactory(datasource.url, datasource.shadowDatabaseUrl);
  return glue.SchemaEngine.new(options, log, bindMigrationAwareSqlAdapterFactory(factory));
}

async function answer(engine, { id, method, params }) {
  const reply = (body) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
  const refuse = (error) =>
    reply({ error: { code: 4466, message: 'An error happened. Check the data field for details.', data: failure(error) } });
  // A panic inside the engine surfaces outside of any promise; left alone it ends this process, and the CLI would then
  // take the silence for success.
  const panicked = (error) => {
    refuse(error);
    process.exit(1);
  };
  process.once('uncaughtException', panicked);
  try {
    reply({ result: await call(engine, method, params) });
  } catch (error) {
    refuse(error);
  } finally {
    process.off('uncaughtException', panicked);
  }
}

async function call(engine, method, params) {
  if (method === 'createDatabase') return createDatabase(params?.datasource?.url ?? datasource.url);
  const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](params ?? null);
  // The binary prints a diff through a message of its own; the WebAssembly engine returns it.
  if (method !== 'diff' || result?.stdout == null) return result ?? {};
  const print = { jsonrpc: '2.0', method: 'print', id: randomUUID(), params: { content: result.stdout } };
  process.stdout.write(`${JSON.stringify(print)}\n`);
  return { ...result, stdout: null };
}

/** The engine puts its own error as JSON into the message; anything else is wrapped in the same shape. */
function failure(error) {
  try {
    return { is_panic: false, ...JSON.parse(error.message) };
  } catch {
    return { is_panic: false, message: error.message, error_code: error.code ?? null, meta: null };
  }
}
