-- AlterTable
ALTER TABLE "change_counters" ADD COLUMN "trimmed" BIGINT NOT NULL DEFAULT 0;
