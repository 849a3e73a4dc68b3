import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** A Kubernetes object as the files spell it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** What of kustomize the overlays use; anything else is refused, so that this never renders something else than it does. */
interface Kustomization {
  apiVersion: string;
  kind: string;
  namespace?: string;
  resources: string[];
  images?: { name: string; newName?: string; newTag?: string }[];
  replicas?: { name: string; count: number }[];
  patches?: { target: { kind: string; name?: string }; patch: string }[];
}
const KNOWN = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'images', 'replicas', 'patches']);

/** The objects of a folder with a kustomization.yaml. @throws when a file is missing, or something unknown is used */
export function render(folder: string): Manifest[] {
  const kustomization = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const unknown = Object.keys(kustomization).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) throw new Error(`${folder}: this check does not know ${unknown.join(', ')}`);
  const objects = kustomization.resources.flatMap((resource) => read(join(folder, resource)));
  for (const object of objects) adjust(object, kustomization);
  for (const { target, patch } of kustomization.patches ?? []) {
    const found = objects.filter(
      ({ kind, metadata }) => kind === target.kind && (target.name === undefined || metadata.name === target.name),
    );
    if (found.length === 0) throw new Error(`${folder}: nothing to patch is of kind ${target.kind}`);
    for (const object of found) for (const step of parse(patch) as Step[]) apply(object, step);
  }
  return objects;
}

function read(path: string): Manifest[] {
  if (!path.endsWith('.yaml')) return render(path);
  const documents = parseAllDocuments(readFileSync(path, 'utf8'), { uniqueKeys: true });
  for (const { errors } of documents) if (errors[0]) throw new Error(`${dirname(path)}: ${errors[0].message}`);
  return documents.map((document) => document.toJS() as Manifest);
}

type Container = { image: string };
type Workload = { replicas?: number; template: { spec: { containers: Container[] } } };

function adjust(object: Manifest, { namespace, images = [], replicas = [] }: Kustomization): void {
  if (namespace !== undefined) object.metadata.namespace = namespace;
  if (object.kind !== 'Deployment') return;
  const spec = object['spec'] as Workload;
  const wanted = replicas.find(({ name }) => name === object.metadata.name);
  if (wanted) spec.replicas = wanted.count;
  for (const container of spec.template.spec.containers) {
    const image = images.find(({ name }) => name === container.image);
    if (image) container.image = `${image.newName ?? image.name}${image.newTag ? `:${image.newTag}` : ''}`;
  }
}

interface Step {
  op: 'replace' | 'remove' | 'add';
  path: string;
  value?: unknown;
}

/** One step of a JSON patch, on objects only. */
function apply(object: object, { op, path, value }: Step): void {
  const names = path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop() ?? '';
  const parent = names.reduce((at: Record<string, unknown>, name) => at[name] as Record<string, unknown>, object as never);
  if (op !== 'add' && !(last in parent)) throw new Error(`there is no ${path} to ${op}`);
  if (op === 'remove') delete parent[last];
  else parent[last] = value;
}
