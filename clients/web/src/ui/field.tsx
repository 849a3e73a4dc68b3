import { Eye, EyeOff } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  /** What is wrong; read out, and shown instead of the hint. */
  error?: ReactNode;
  optional?: boolean;
}

const INPUT =
  'h-11 w-full rounded-lg border bg-surface px-3 text-[15px] text-ink placeholder:text-ink-faint transition-colors hover:border-ink-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/35';

/** One line of input with its label, hint and fault. */
export function Field({ label, hint, error, optional, className, ...input }: FieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} optional={optional}>
      {(ids) => (
        <input {...input} {...ids} className={`${INPUT} ${error ? 'border-danger' : 'border-line-strong'} ${className ?? ''}`} />
      )}
    </FieldFrame>
  );
}

/** A password, which can be shown. */
export function PasswordField({ label, hint, error, ...input }: FieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      {(ids) => (
        <span className="relative block">
          <input
            {...input}
            {...ids}
            type={shown ? 'text' : 'password'}
            className={`${INPUT} pr-11 ${error ? 'border-danger' : 'border-line-strong'}`}
          />
          <button
            type="button"
            onClick={() => setShown(!shown)}
            aria-label={t(shown ? 'fields.hidePassword' : 'fields.showPassword')}
            className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-lg text-ink-faint hover:text-ink [&_svg]:size-[18px]"
          >
            {shown ? <EyeOff /> : <Eye />}
          </button>
        </span>
      )}
    </FieldFrame>
  );
}

interface Ids {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

interface FrameProps {
  label: string;
  hint?: string | undefined;
  error?: ReactNode;
  optional?: boolean | undefined;
  children: (ids: Ids) => ReactNode;
}

/** Label above, hint or fault below, tied to whatever input `children` makes. */
export function FieldFrame({ label, hint, error, optional, children }: FrameProps) {
  const { t } = useTranslation();
  const id = useId();
  const noteId = `${id}-note`;
  const note = error || hint;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="flex items-baseline justify-between text-[13px] font-medium text-ink-soft">
        {label}
        {optional && <span className="font-normal text-ink-faint">{t('fields.optional')}</span>}
      </label>
      {children({ id, 'aria-describedby': note ? noteId : undefined, 'aria-invalid': Boolean(error) })}
      {note && (
        <p id={noteId} role={error ? 'alert' : undefined} className={`text-[13px] ${error ? 'text-danger' : 'text-ink-faint'}`}>
          {note}
        </p>
      )}
    </div>
  );
}
