import type { CSSProperties } from 'react';

const SIZES = {
  '2xs': 'size-4 text-[9px] rounded-[5px]',
  xs: 'size-6 text-[10px] rounded-md',
  sm: 'size-8 text-xs rounded-lg',
  md: 'size-9 text-[13px] rounded-[10px]',
};

/** A number from 0 to 359 that is always the same for the same id, spread so that neighbours differ. */
function hueOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  return (Math.imul(hash, 2654435761) >>> 0) % 360;
}

const initial = (name: string): string => (Array.from(name.trim())[0] ?? '?').toLocaleUpperCase();

/** A person's or a room's first letter on a colour of its own. The name stands beside it, so it is hidden from readers. */
export function Avatar({ id, name, size = 'md' }: { id: string; name: string; size?: keyof typeof SIZES }) {
  const style = { '--hue': String(hueOf(id)) } as CSSProperties;
  return (
    <span
      aria-hidden="true"
      style={style}
      className={`avatar grid shrink-0 place-items-center font-semibold select-none ${SIZES[size]}`}
    >
      {initial(name)}
    </span>
  );
}
