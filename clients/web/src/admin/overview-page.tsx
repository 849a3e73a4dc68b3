import type { Overview } from '@brook/common/contracts';
import { useEffect, useState } from 'react';
import { useErrorText } from '../app/errors';
import { Notice } from '../ui/notice';
import { Spinner } from '../ui/spinner';
import { Card, ConsolePage } from './console-page';
import { Bars, Line } from './plot';
import { useOverview } from './queries';
import { fill, useTexts } from './texts';

/** Points that a live plot keeps: ten minutes. */
const KEPT = 120;

/** What goes on: figures of now and of the last while. */
export function OverviewPage() {
  const texts = useTexts();
  const errorText = useErrorText();
  const { data, error } = useOverview();
  const history = useHistory(data);
  return (
    <ConsolePage title={texts.overview}>
      {error && <Notice look="danger">{errorText(error)}</Notice>}
      {data ? <Figures data={data} history={history} /> : !error && <Spinner className="m-auto size-6" />}
    </ConsolePage>
  );
}

/** Every answer since the page was opened. */
function useHistory(data: Overview | undefined): readonly Overview[] {
  const [history, setHistory] = useState<readonly Overview[]>([]);
  useEffect(() => {
    if (data) setHistory((before) => [...before, data].slice(-KEPT));
  }, [data]);
  return history;
}

function Figures({ data, history }: { data: Overview; history: readonly Overview[] }) {
  const texts = useTexts();
  const { messages, visitors } = data;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={texts.messagesAMinute} hint={texts.lastHalfHour}>
        <Figure value={messages.lastMinute} />
        <Bars values={messages.perMinute} label={`${texts.messagesAMinute}: ${messages.lastMinute}`} />
      </Card>
      <Card title={texts.peopleOnline} hint={texts.sinceOpen}>
        <Figure value={data.peopleOnline} note={fill(texts.agentsOnline, { n: data.agentsOnline })} />
        <Line values={history.map(({ peopleOnline }) => peopleOnline)} label={`${texts.peopleOnline}: ${data.peopleOnline}`} />
      </Card>
      <Card title={texts.visitors} hint={texts.days30}>
        <div className="flex gap-8">
          <Figure value={visitors.today} note={texts.today} />
          <Figure value={visitors.total} note={texts.total} />
        </div>
        <Bars
          values={visitors.days.map((day) => day.visitors)}
          name={(index) => visitors.days[index]?.day ?? ''}
          label={`${texts.visitors}, ${texts.today}: ${visitors.today}, ${texts.total}: ${visitors.total}`}
        />
      </Card>
      <Card title={texts.streamLag} hint={texts.sinceOpen}>
        <div className="grid grid-cols-3 gap-4">
          {data.lag.map(({ service, waiting, oldestMs }) => (
            <div key={service} className="flex min-w-0 flex-col gap-2">
              <p className="text-sm font-medium">{service}</p>
              <p className="text-xs text-ink-faint">
                {fill(texts.waiting, { n: waiting })}
                <br />
                {fill(texts.oldest, { n: oldestMs })}
              </p>
              <Line
                values={history.map(({ lag }) => lag.find((each) => each.service === service)?.waiting ?? 0)}
                label={`${service}: ${waiting}`}
              />
            </div>
          ))}
        </div>
      </Card>
    </div>
  );
}

function Figure({ value, note }: { value: number; note?: string }) {
  return (
    <p className="flex items-baseline gap-2">
      <span className="text-3xl font-semibold tracking-tight tabular-nums">{value.toLocaleString()}</span>
      {note && <span className="text-sm text-ink-faint">{note}</span>}
    </p>
  );
}
