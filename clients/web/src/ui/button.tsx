import type { ButtonHTMLAttributes } from 'react';
import { Link, type LinkProps } from 'react-router';
import { Spinner } from './spinner';

type Look = 'primary' | 'quiet' | 'plain' | 'danger';
type Size = 'sm' | 'md' | 'lg';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors select-none disabled:opacity-55 disabled:cursor-default';
const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  quiet: 'bg-raised text-ink border border-line-strong hover:bg-hover',
  plain: 'text-ink-soft hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-surface hover:opacity-90',
};
const SIZES: Record<Size, string> = { sm: 'h-8 px-3 text-[13px]', md: 'h-10 px-4 text-sm', lg: 'h-12 px-6 text-[15px]' };

const classes = (look: Look, size: Size, extra = ''): string => `${BASE} ${LOOKS[look]} ${SIZES[size]} ${extra}`;

interface Style {
  look?: Look;
  size?: Size;
}

/** A button; `busy` shows that its work is under way and takes no second click. */
export function Button({
  look = 'primary',
  size = 'md',
  busy = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Style & { busy?: boolean }) {
  return (
    <button {...rest} type={type} disabled={disabled || busy} aria-busy={busy} className={classes(look, size, className)}>
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function LinkButton({ look = 'primary', size = 'md', className, ...rest }: LinkProps & Style & { className?: string }) {
  return <Link {...rest} className={classes(look, size, className)} />;
}

/** A square button with an icon only; `label` names it for those who do not see the icon. */
export function IconButton({
  label,
  className = '',
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { label: string }) {
  return (
    <button
      {...rest}
      type="button"
      aria-label={label}
      title={label}
      className={`grid size-9 shrink-0 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-40 [&_svg]:size-[18px] ${className}`}
    >
      {children}
    </button>
  );
}
