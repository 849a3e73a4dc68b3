-- AlterTable
ALTER TABLE "accounts" ADD COLUMN "blocked_at" TIMESTAMPTZ(3),
ADD COLUMN "look_key" TEXT;

-- Names that stood before the rule keep standing: of those that look alike the oldest takes the key.
UPDATE "accounts" a SET "look_key" = CASE
  WHEN EXISTS (
    SELECT 1 FROM "accounts" b WHERE b."id" < a."id"
      AND translate(b."name_key", 'асԁеһіјӏорԛѕѵԝхукмтвнпгαεικνορτυχγηωβζμօսհոցզյ', 'acdehijlopqsvwxykmtbhnraeikvoptuxynwbzmouhngqj') = translate(a."name_key", 'асԁеһіјӏорԛѕѵԝхукмтвнпгαεικνορτυχγηωβζμօսհոցզյ', 'acdehijlopqsvwxykmtbhnraeikvoptuxynwbzmouhngqj'))
  THEN a."id"::text
  ELSE translate(a."name_key", 'асԁеһіјӏорԛѕѵԝхукмтвнпгαεικνορτυχγηωβζμօսհոցզյ', 'acdehijlopqsvwxykmtbhnraeikvoptuxynwbzmouhngqj') END;
ALTER TABLE "accounts" ALTER COLUMN "look_key" SET NOT NULL;

-- CreateTable
CREATE TABLE "identities" (
    "provider" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "identities_pkey" PRIMARY KEY ("provider","subject")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT,
    "target_kind" TEXT,
    "target_id" UUID,
    "target_name" TEXT,
    "detail" JSONB NOT NULL,
    "ip" TEXT,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "visit_salts" (
    "day" DATE NOT NULL,
    "salt" BYTEA NOT NULL,

    CONSTRAINT "visit_salts_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "visit_marks" (
    "day" DATE NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "visit_marks_pkey" PRIMARY KEY ("day","hash")
);

-- CreateTable
CREATE TABLE "visit_days" (
    "day" DATE NOT NULL,
    "visitors" INTEGER NOT NULL,

    CONSTRAINT "visit_days_pkey" PRIMARY KEY ("day")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_look_key_key" ON "accounts"("look_key");

-- CreateIndex
CREATE UNIQUE INDEX "identities_user_id_provider_key" ON "identities"("user_id", "provider");

-- AddForeignKey
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The audit log only grows, whoever holds the service's own connection.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER "audit_is_append_only" BEFORE UPDATE OR DELETE ON "audit"
FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();

CREATE TRIGGER "audit_is_never_emptied" BEFORE TRUNCATE ON "audit"
FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
