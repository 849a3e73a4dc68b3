-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "rooms";

-- CreateEnum
CREATE TYPE "room_visibility" AS ENUM ('public', 'private');

-- CreateEnum
CREATE TYPE "room_kind" AS ENUM ('group', 'support');

-- CreateEnum
CREATE TYPE "member_role" AS ENUM ('owner', 'moderator', 'member');

-- CreateTable
CREATE TABLE "rooms" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "visibility" "room_visibility" NOT NULL,
    "kind" "room_kind" NOT NULL,
    "owner_id" UUID NOT NULL,
    "member_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rooms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "members" (
    "room_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "member_role" NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "last_read_seq" BIGINT NOT NULL,

    CONSTRAINT "members_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateTable
CREATE TABLE "bans" (
    "room_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "banned_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bans_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateTable
CREATE TABLE "heads" (
    "room_id" UUID NOT NULL,
    "last_seq" BIGINT NOT NULL DEFAULT 0,
    "last_rev" BIGINT NOT NULL DEFAULT 0,
    "last_message" JSONB,
    "last_at" TIMESTAMPTZ(3),

    CONSTRAINT "heads_pkey" PRIMARY KEY ("room_id")
);

-- CreateTable
CREATE TABLE "changes" (
    "partition" INTEGER NOT NULL,
    "n" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "changes_pkey" PRIMARY KEY ("partition","n")
);

-- CreateTable
CREATE TABLE "change_counters" (
    "partition" INTEGER NOT NULL,
    "n" BIGINT NOT NULL,

    CONSTRAINT "change_counters_pkey" PRIMARY KEY ("partition")
);

-- CreateTable
CREATE TABLE "command_results" (
    "actor_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "command_results_pkey" PRIMARY KEY ("actor_id","key")
);

-- CreateTable
CREATE TABLE "leases" (
    "partition" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "beat" BIGINT NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("partition")
);

-- CreateTable
CREATE TABLE "replicas" (
    "id" TEXT NOT NULL,
    "beat" BIGINT NOT NULL,

    CONSTRAINT "replicas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "partition" INTEGER NOT NULL,
    "entry_id" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "error" TEXT NOT NULL,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("partition","entry_id")
);

-- CreateTable
CREATE TABLE "meta" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "partitions" INTEGER NOT NULL,
    "era" UUID NOT NULL,

    CONSTRAINT "meta_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "rooms_visibility_created_at_id_idx" ON "rooms"("visibility", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "members_user_id_idx" ON "members"("user_id");

-- CreateIndex
CREATE INDEX "members_room_id_joined_at_user_id_idx" ON "members"("room_id", "joined_at", "user_id");

-- CreateIndex
CREATE INDEX "changes_created_at_idx" ON "changes"("created_at");

-- CreateIndex
CREATE INDEX "command_results_created_at_idx" ON "command_results"("created_at");

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bans" ADD CONSTRAINT "bans_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "heads" ADD CONSTRAINT "heads_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- meta has exactly one row.
ALTER TABLE "meta" ADD CONSTRAINT "meta_one_row" CHECK ("id" = 1);
