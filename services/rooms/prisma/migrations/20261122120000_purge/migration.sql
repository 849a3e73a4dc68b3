-- CreateIndex
CREATE INDEX "changes_key_idx" ON "changes"("key");

-- Prisma's schema language knows neither partial nor expression indexes; its diff leaves them alone.

-- Deleted rooms whose traces are still to be purged, asked for every few seconds.
CREATE INDEX "changes_unpurged_idx" ON "changes"("created_at") WHERE "type" = 'room.deleted' AND NOT "data" ? 'purged';

-- Results of one room's commands: keys are "<command> <room id> ...", but for the one that made it.
CREATE INDEX "command_results_room_idx" ON "command_results"(split_part("key", ' ', 2));
CREATE INDEX "command_results_change_idx" ON "command_results"(("result"->'changes'->0->>'key'));
