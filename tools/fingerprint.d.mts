export function fingerprint(root: string, paths: string[], extra?: string[]): string;
export function openStamps(root: string): {
  matches(name: string, value: string): boolean;
  set(name: string, value: string): void;
};
