-- Prisma's schema language knows neither partial nor expression indexes; its diff leaves them alone.

-- Closed rooms that are still to be purged, asked for every few seconds.
CREATE INDEX "closed_rooms_unpurged_idx" ON "closed_rooms"("closed_at") WHERE "purged_at" IS NULL;

-- Results of one room's commands: keys are "<command> <room id> ...".
CREATE INDEX "command_results_room_idx" ON "command_results"(split_part("key", ' ', 2));
