-- CreateTable
CREATE TABLE "conversations" (
    "room_id" UUID NOT NULL,
    "visitor_id" UUID NOT NULL,
    "page" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_seq" BIGINT,
    "closed_at" TIMESTAMPTZ(3),
    "agents_read_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "conversations_pkey" PRIMARY KEY ("room_id")
);

-- CreateTable
CREATE TABLE "visitor_blocks" (
    "visitor_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3),
    "blocked_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "visitor_blocks_pkey" PRIMARY KEY ("visitor_id")
);

-- CreateTable
CREATE TABLE "widget" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "settings" JSONB NOT NULL,

    CONSTRAINT "widget_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "conversations_visitor_id_key" ON "conversations"("visitor_id");

-- CreateIndex
CREATE INDEX "visitor_blocks_until_idx" ON "visitor_blocks"("until");

-- AddForeignKey
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- The settings are one row.
ALTER TABLE "widget" ADD CONSTRAINT "widget_one_row" CHECK ("id" = 1);
