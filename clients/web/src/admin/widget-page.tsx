import type { WidgetSettings } from '@brook/common/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Field, FieldFrame } from '../ui/field';
import { Notice } from '../ui/notice';
import { Spinner } from '../ui/spinner';
import { Switch } from '../ui/switch';
import { Card, ConsolePage } from './console-page';
import { snippetOf } from './snippet';
import { useTexts } from './texts';

const CONTROL = 'w-full rounded-lg border border-line-strong bg-surface px-3 text-[15px]';

/** How the widget looks and where it may run: settings, the snippet to copy, and how it looks now. */
export function WidgetPage() {
  const texts = useTexts();
  const brook = useBrook();
  const errorText = useErrorText();
  const { data, error } = useQuery({
    queryKey: ['admin', 'widget'],
    queryFn: async () => (await brook.call<{ settings: WidgetSettings }>({ method: 'GET', path: '/admin/widget' })).settings,
    refetchOnWindowFocus: false,
  });
  return (
    <ConsolePage title={texts.widget}>
      {error && <Notice look="danger">{errorText(error)}</Notice>}
      {data ? <Settings stored={data} /> : !error && <Spinner className="m-auto size-6" />}
    </ConsolePage>
  );
}

function Settings({ stored }: { stored: WidgetSettings }) {
  const texts = useTexts();
  const [settings, setSettings] = useState(stored);
  const [sites, setSites] = useState(stored.sites.join('\n'));
  const set = (change: Partial<WidgetSettings>) => setSettings((before) => ({ ...before, ...change }));
  const choice = <K extends 'position' | 'theme' | 'language'>(
    label: string,
    key: K,
    options: Record<WidgetSettings[K], string>,
  ) => (
    <Choice
      label={label}
      value={settings[key]}
      options={options}
      onChange={(value) => set({ [key]: value } as Partial<WidgetSettings>)}
    />
  );
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div className="flex min-w-0 flex-col gap-4">
        <Card title={texts.settings}>
          <Field
            label={texts.title}
            value={settings.title}
            maxLength={60}
            onChange={(event) => set({ title: event.target.value })}
          />
          <Field
            label={texts.greeting}
            value={settings.greeting}
            maxLength={300}
            onChange={(event) => set({ greeting: event.target.value })}
          />
          <div className="grid grid-cols-2 gap-4">
            <FieldFrame label={texts.colour}>
              {(ids) => (
                <input
                  {...ids}
                  type="color"
                  value={settings.colour}
                  onChange={(event) => set({ colour: event.target.value })}
                  className={`${CONTROL} h-11 p-1`}
                />
              )}
            </FieldFrame>
            {choice(texts.position, 'position', { right: texts.right, left: texts.left })}
            {choice(texts.theme, 'theme', { auto: texts.auto, light: texts.light, dark: texts.dark })}
            {choice(texts.language, 'language', { auto: texts.auto, en: texts.english, ko: texts.korean })}
          </div>
          <FieldFrame label={texts.sites} hint={texts.sitesHint}>
            {(ids) => (
              <textarea
                {...ids}
                rows={3}
                value={sites}
                onChange={(event) => setSites(event.target.value)}
                className={`${CONTROL} py-2 font-mono text-[13px]`}
              />
            )}
          </FieldFrame>
          <Switch label={texts.signIn} hint={texts.signInHint} checked={settings.signIn} onChange={(signIn) => set({ signIn })} />
          <Save settings={{ ...settings, sites: sites.split(/\s+/).filter(Boolean) }} />
        </Card>
        <Snippet settings={settings} />
      </div>
      <Preview settings={settings} />
    </div>
  );
}

interface ChoiceProps<V extends string> {
  label: string;
  value: V;
  options: Record<V, string>;
  onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>): ReactNode {
  return (
    <FieldFrame label={label}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => onChange(event.target.value as V)} className={`${CONTROL} h-11`}>
          {Object.entries<string>(options).map(([option, name]) => (
            <option key={option} value={option}>
              {name}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}

function Save({ settings }: { settings: WidgetSettings }) {
  const texts = useTexts();
  const brook = useBrook();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => brook.call<{ settings: WidgetSettings }>({ method: 'PUT', path: '/admin/widget', body: settings }),
    onSuccess: ({ settings: kept }) => queries.setQueryData(['admin', 'widget'], kept),
  });
  return (
    <div className="flex flex-col gap-3">
      {save.error && <Notice look="danger">{errorText(save.error)}</Notice>}
      {save.isSuccess && <Notice look="accent">{texts.saved}</Notice>}
      <Button busy={save.isPending} onClick={() => save.mutate()} className="self-start">
        {texts.save}
      </Button>
    </div>
  );
}

function Snippet({ settings }: { settings: WidgetSettings }) {
  const texts = useTexts();
  const [copied, setCopied] = useState(false);
  const snippet = snippetOf(window.location.origin, settings);
  const copy = () => {
    // Where the browser forbids it, the text can still be marked and copied by hand.
    navigator.clipboard?.writeText(snippet).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Card title={texts.snippet} hint={texts.snippetHint}>
      <pre
        tabIndex={0}
        aria-label={texts.snippet}
        role="region"
        className="scroll-calm whitespace-pre-wrap wrap-anywhere rounded-lg bg-sunken p-3 font-mono text-[13px]"
      >
        {snippet}
      </pre>
      <Button look="quiet" size="sm" onClick={copy} className="self-start">
        {copied ? texts.copied : texts.copy}
      </Button>
    </Card>
  );
}

function Preview({ settings }: { settings: WidgetSettings }) {
  const texts = useTexts();
  const { colour, position, theme, language, title, greeting } = useDeferredValue(settings);
  const query = new URLSearchParams({ colour, position, theme, language, title, greeting });
  return (
    <Card title={texts.preview}>
      <iframe
        title={texts.preview}
        src={`/demo/preview.html?${query}`}
        className="h-[38rem] w-full rounded-xl border border-line"
      />
    </Card>
  );
}
