import { drawableAvatar } from '@brook/common/contracts';
import { type CSSProperties, useState } from 'react';

const SIZES = {
  '2xs': 'size-4 text-[9px] rounded-[5px]',
  xs: 'size-6 text-[10px] rounded-md',
  sm: 'size-8 text-xs rounded-lg',
  md: 'size-9 text-[13px] rounded-[10px]',
};

/** The largest size on a dense screen; one picture serves for all sizes. */
const PIXELS = 72;

/** A number from 0 to 359 that is always the same for the same id, spread so that neighbours differ. */
function hueOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  return (Math.imul(hash, 2654435761) >>> 0) % 360;
}

const initial = (name: string): string => (Array.from(name.trim())[0] ?? '?').toLocaleUpperCase();

interface AvatarProps {
  id: string;
  name: string;
  /** The person's picture; rooms have none. */
  url?: string | null;
  size?: keyof typeof SIZES;
}

/**
 * A person's picture, or a person's or a room's first letter on a colour of its own: as long as the picture is not there, or
 * where it cannot be had. The name stands beside it, so it is hidden from readers.
 */
export function Avatar({ id, name, url = null, size = 'md' }: AvatarProps) {
  const style = { '--hue': String(hueOf(id)) } as CSSProperties;
  const picture = drawableAvatar(url, PIXELS);
  return (
    <span
      aria-hidden="true"
      style={style}
      className={`avatar relative grid shrink-0 place-items-center overflow-hidden font-semibold select-none ${SIZES[size]}`}
    >
      {initial(name)}
      {picture && <Picture key={picture} src={picture} />}
    </span>
  );
}

/** Pictures that have been drawn: where one comes into sight again, the letter does not flash up first. */
const drawn = new Set<string>();

/** Lies over the letter once it is there, so that nothing moves. */
function Picture({ src }: { src: string }) {
  const [state, setState] = useState<'coming' | 'there' | 'broken'>(drawn.has(src) ? 'there' : 'coming');
  if (state === 'broken') return null;
  return (
    <img
      src={src}
      alt=""
      width={PIXELS}
      height={PIXELS}
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      draggable={false}
      onLoad={() => {
        drawn.add(src);
        setState('there');
      }}
      onError={() => {
        drawn.delete(src);
        setState('broken');
      }}
      className={`absolute inset-0 size-full object-cover ${state === 'there' ? 'bg-surface' : 'opacity-0'}`}
    />
  );
}
