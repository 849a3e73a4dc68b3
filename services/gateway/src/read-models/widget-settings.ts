import { type WidgetSettings, widgetSettings } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';

/** The widget's settings as this gateway knows them: read from the rooms service, then kept by its feed. */
export class WidgetModel {
  readonly #rooms: Pick<InternalClient, 'request'>;
  #settings: WidgetSettings = widgetSettings.parse({});
  #sites: ReadonlySet<string> = new Set();
  #changes = 0;

  constructor(rooms: Pick<InternalClient, 'request'>) {
    this.#rooms = rooms;
  }

  get settings(): WidgetSettings {
    return this.#settings;
  }

  /** Whether the widget may run on pages of this origin. */
  allows(origin: string): boolean {
    return this.#sites.has(origin);
  }

  /** Reads the settings, unless the feed told newer ones meanwhile. @throws while the rooms service cannot be reached */
  async load(): Promise<void> {
    const before = this.#changes;
    const { settings } = await this.#rooms.request<{ settings: WidgetSettings }>('/widget');
    if (before === this.#changes) this.apply(settings);
  }

  /** Takes the settings that the feed tells. */
  apply(settings: WidgetSettings): void {
    this.#changes++;
    this.#settings = settings;
    this.#sites = new Set(settings.sites);
  }
}
