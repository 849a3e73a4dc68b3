import { type CommandData, WIDGET_KEY } from '@brook/common/contracts';
import { requireAgent } from '../domain/conversation.js';
import { saveWidget } from '../repositories/conversation-store.js';
import type { Context, Result } from './open-room.js';

/** Handles `widget.update`, by an admin: replaces the settings. Answers `{settings}`. @throws AppError `forbidden` */
export async function updateWidget({ tx, actor }: Context, settings: CommandData<'rooms', 'widget.update'>): Promise<Result> {
  requireAgent(actor);
  await saveWidget(tx, settings);
  return { reply: { settings }, changes: [{ type: 'widget.updated', key: WIDGET_KEY, data: { settings } }] };
}
