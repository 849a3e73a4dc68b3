-- One row a room; updated once per batch and room. Half-empty pages keep those updates heap-only.
CREATE TABLE "counters" (
    "room_id" UUID NOT NULL,
    "last_seq" BIGINT NOT NULL DEFAULT 0,
    "last_rev" BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT "counters_pkey" PRIMARY KEY ("room_id")
) WITH (fillfactor = 50);

CREATE TABLE "messages" (
    "room_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "rev" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "sender_id" UUID NOT NULL,
    "sender" JSONB NOT NULL,
    "text" TEXT NOT NULL,
    "reply_to" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "reaction_count" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "messages_pkey" PRIMARY KEY ("room_id", "seq")
);
CREATE UNIQUE INDEX "messages_client" ON "messages"("room_id", "sender_id", "client_id");
CREATE UNIQUE INDEX "messages_rev" ON "messages"("room_id", "rev");

CREATE TABLE "reactions" (
    "room_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "emoji" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "reactions_pkey" PRIMARY KEY ("room_id", "seq", "emoji", "user_id")
);

CREATE TABLE "closed_rooms" (
    "room_id" UUID NOT NULL,
    "closed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "purged_at" TIMESTAMPTZ(3),
    CONSTRAINT "closed_rooms_pkey" PRIMARY KEY ("room_id")
);

CREATE TABLE "bans" (
    "room_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    CONSTRAINT "bans_pkey" PRIMARY KEY ("room_id", "user_id")
);

CREATE TABLE "feed_cursors" (
    "feed" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "n" BIGINT NOT NULL,
    CONSTRAINT "feed_cursors_pkey" PRIMARY KEY ("feed", "partition")
);

CREATE TABLE "command_results" (
    "actor_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "command_results_pkey" PRIMARY KEY ("actor_id", "key")
);
CREATE INDEX "command_results_created_at_idx" ON "command_results"("created_at");

CREATE TABLE "leases" (
    "partition" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "beat" BIGINT NOT NULL,
    CONSTRAINT "leases_pkey" PRIMARY KEY ("partition")
) WITH (fillfactor = 10);

CREATE TABLE "replicas" (
    "id" TEXT NOT NULL,
    "beat" BIGINT NOT NULL,
    CONSTRAINT "replicas_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "attempts" (
    "partition" INTEGER NOT NULL,
    "entry_id" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "error" TEXT NOT NULL,
    CONSTRAINT "attempts_pkey" PRIMARY KEY ("partition", "entry_id")
);

CREATE TABLE "meta" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "partitions" INTEGER NOT NULL,
    "era" UUID NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT "meta_pkey" PRIMARY KEY ("id")
);

-- A time as the protocol writes it: RFC 3339, UTC, milliseconds.
CREATE FUNCTION rfc3339(t TIMESTAMPTZ) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Who reacted with what, kinds in the order in which they first came.
CREATE FUNCTION message_reactions(p_room UUID, p_seq BIGINT) RETURNS JSON LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(json_build_object('emoji', emoji, 'count', n, 'userIds', users) ORDER BY first, emoji), '[]'::json)
  FROM (
    SELECT emoji, count(*) AS n, json_agg(user_id ORDER BY created_at, user_id) AS users, min(created_at) AS first
    FROM reactions WHERE room_id = p_room AND seq = p_seq GROUP BY emoji
  ) kinds
$$;

-- A message as the protocol shows it.
CREATE FUNCTION message_json(m messages) RETURNS JSON LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
    'id', m.id, 'roomId', m.room_id, 'seq', m.seq, 'rev', m.rev, 'clientId', m.client_id, 'sender', m.sender,
    'text', m.text, 'replyTo', m.reply_to, 'createdAt', rfc3339(m.created_at), 'editedAt', rfc3339(m.edited_at),
    'deletedAt', rfc3339(m.deleted_at),
    'reactions', CASE WHEN m.reaction_count = 0 THEN '[]'::json ELSE message_reactions(m.room_id, m.seq) END)
$$;

-- Edits, deletes or reacts to one message. The caller holds the room's counter row.
--   p_change  {type, room, seq, actor, key, text?, moderator?, emoji?, on?}
-- Returns a status (ok, or an error code) and the message as it stands; a change without effect takes no rev.
CREATE FUNCTION change_message(p_change JSONB, p_now TIMESTAMPTZ, OUT status TEXT, OUT message JSON) LANGUAGE plpgsql AS $$
DECLARE
  v_room UUID := (p_change->>'room')::uuid;
  v_seq BIGINT := (p_change->>'seq')::bigint;
  v_actor UUID := (p_change->>'actor')::uuid;
  v_type TEXT := p_change->>'type';
  v_emoji TEXT := p_change->>'emoji';
  v_rows INTEGER := 0;
  v_rev BIGINT;
  v_message messages;
BEGIN
  SELECT * INTO v_message FROM messages m WHERE m.room_id = v_room AND m.seq = v_seq;
  IF NOT FOUND OR EXISTS (SELECT 1 FROM closed_rooms c WHERE c.room_id = v_room) THEN
    status := 'not_found';
    RETURN;
  END IF;
  status := 'ok';
  IF p_change->>'key' IS NOT NULL THEN
    -- The client's own id seen before: answer with the message, change nothing.
    INSERT INTO command_results (actor_id, key, result) VALUES (v_actor, p_change->>'key', jsonb_build_object('seq', v_seq))
      ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows = 0 THEN
      message := message_json(v_message);
      RETURN;
    END IF;
  END IF;
  v_rows := 0;
  IF EXISTS (SELECT 1 FROM bans b WHERE b.room_id = v_room AND b.user_id = v_actor) THEN
    status := 'forbidden';
  ELSIF v_type = 'message.edit' THEN
    IF v_message.sender_id <> v_actor THEN
      status := 'forbidden';
    ELSIF v_message.deleted_at IS NOT NULL THEN
      status := 'conflict';
    ELSIF v_message.text <> p_change->>'text' THEN
      v_message.text := p_change->>'text';
      v_message.edited_at := p_now;
      v_rows := 1;
    END IF;
  ELSIF v_type = 'message.delete' THEN
    IF v_message.sender_id <> v_actor AND NOT (p_change->>'moderator')::boolean THEN
      status := 'forbidden';
    ELSIF v_message.deleted_at IS NULL THEN
      DELETE FROM reactions r WHERE r.room_id = v_room AND r.seq = v_seq;
      v_message.text := '';
      v_message.deleted_at := p_now;
      v_message.reaction_count := 0;
      v_rows := 1;
    END IF;
  ELSIF v_message.deleted_at IS NOT NULL THEN
    status := 'conflict';
  ELSIF (p_change->>'on')::boolean THEN
    IF NOT EXISTS (SELECT 1 FROM reactions r WHERE r.room_id = v_room AND r.seq = v_seq AND r.emoji = v_emoji)
       AND (SELECT count(DISTINCT r.emoji) FROM reactions r WHERE r.room_id = v_room AND r.seq = v_seq) >= 20 THEN
      status := 'conflict';
    ELSE
      INSERT INTO reactions (room_id, seq, emoji, user_id, created_at) VALUES (v_room, v_seq, v_emoji, v_actor, p_now)
        ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS v_rows = ROW_COUNT;
      v_message.reaction_count := v_message.reaction_count + v_rows;
    END IF;
  ELSE
    DELETE FROM reactions r WHERE r.room_id = v_room AND r.seq = v_seq AND r.emoji = v_emoji AND r.user_id = v_actor;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_message.reaction_count := v_message.reaction_count - v_rows;
  END IF;
  IF status <> 'ok' THEN
    -- A refusal is no result to keep: the same request may be allowed later.
    DELETE FROM command_results WHERE actor_id = v_actor AND key = p_change->>'key';
    RETURN;
  END IF;
  IF v_rows > 0 THEN
    UPDATE counters c SET last_rev = c.last_rev + 1 WHERE c.room_id = v_room RETURNING c.last_rev INTO v_rev;
    v_message.rev := v_rev;
    UPDATE messages m SET rev = v_rev, text = v_message.text, edited_at = v_message.edited_at,
        deleted_at = v_message.deleted_at, reaction_count = v_message.reaction_count
      WHERE m.room_id = v_room AND m.seq = v_seq;
  END IF;
  message := message_json(v_message);
END
$$;

-- Commits one batch of a partition: one call, one transaction, one fsync. In order:
--   the lease row is checked and locked, so that a take-over waits and a former owner is refused (SQLSTATE BR001);
--   the rooms' counter rows are locked in sorted order; duplicates are found by (room, sender, client id);
--   sends into closed rooms, by banned people or in reply to nothing are refused;
--   only new messages are numbered, densely, and inserted; then edits, deletes and reactions are made one by one.
-- The arrays describe the sends, element by element, each (room, sender, client id) once; p_replies holds 0 for none.
-- p_changes is a JSON array for `change_message`.
-- Returns one row per send, idx from 1, then one per change, idx going on:
--   status   created | duplicate | ok | an error code
--   seq, rev of a created message; at_ms, its time; stored, the message as it stands, for all but created.
CREATE FUNCTION append(
  p_partition INTEGER, p_owner TEXT, p_epoch BIGINT,
  p_rooms UUID[], p_senders UUID[], p_clients UUID[], p_ids UUID[], p_profiles TEXT[], p_texts TEXT[], p_replies BIGINT[],
  p_changes JSONB
) RETURNS TABLE (idx INTEGER, status TEXT, seq FLOAT8, rev FLOAT8, at_ms FLOAT8, stored TEXT) LANGUAGE plpgsql AS $$
DECLARE
  v_now TIMESTAMPTZ;
  v_change JSONB;
  v_idx INTEGER := coalesce(array_length(p_rooms, 1), 0);
  v_status TEXT;
  v_message JSON;
  v_all_rooms UUID[] := p_rooms || ARRAY(SELECT (c->>'room')::uuid FROM jsonb_array_elements(p_changes) c);
BEGIN
  PERFORM 1 FROM leases l WHERE l.partition = p_partition AND l.owner = p_owner AND l.epoch = p_epoch FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'partition % is not held under epoch %', p_partition, p_epoch USING ERRCODE = 'BR001';
  END IF;
  INSERT INTO counters (room_id)
    SELECT DISTINCT r FROM unnest(p_rooms) r WHERE NOT EXISTS (SELECT 1 FROM closed_rooms x WHERE x.room_id = r) ORDER BY r
    ON CONFLICT DO NOTHING;
  PERFORM 1 FROM counters c WHERE c.room_id = ANY (v_all_rooms) ORDER BY c.room_id FOR UPDATE;
  v_now := date_trunc('milliseconds', clock_timestamp());

  RETURN QUERY
  WITH input AS (
    SELECT i.* FROM unnest(p_rooms, p_senders, p_clients, p_ids, p_profiles, p_texts, p_replies)
      WITH ORDINALITY AS i(room, sender, client, id, profile, body, reply, idx)
  ), known AS (
    SELECT i.idx, m AS message FROM input i
      JOIN messages m ON m.room_id = i.room AND m.sender_id = i.sender AND m.client_id = i.client
  ), refused AS (
    SELECT i.idx, CASE WHEN closed.room_id IS NOT NULL THEN 'not_found' WHEN b.user_id IS NOT NULL THEN 'forbidden' ELSE 'validation_failed' END AS code
    FROM input i
      LEFT JOIN counters c ON c.room_id = i.room
      LEFT JOIN closed_rooms closed ON closed.room_id = i.room
      LEFT JOIN bans b ON b.room_id = i.room AND b.user_id = i.sender
    WHERE (closed.room_id IS NOT NULL OR b.user_id IS NOT NULL OR i.reply > c.last_seq)
      AND NOT EXISTS (SELECT 1 FROM known k WHERE k.idx = i.idx)
  ), fresh AS (
    SELECT i.*, row_number() OVER (PARTITION BY i.room ORDER BY i.idx) AS place FROM input i
    WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.idx = i.idx) AND NOT EXISTS (SELECT 1 FROM refused r WHERE r.idx = i.idx)
  ), numbered AS (
    SELECT f.*, c.last_seq + f.place AS new_seq, c.last_rev + f.place AS new_rev FROM fresh f JOIN counters c ON c.room_id = f.room
  ), bumped AS (
    UPDATE counters c SET last_seq = c.last_seq + g.n, last_rev = c.last_rev + g.n
      FROM (SELECT f.room, count(*) AS n FROM fresh f GROUP BY f.room) g WHERE c.room_id = g.room
  ), inserted AS (
    INSERT INTO messages (room_id, seq, rev, id, client_id, sender_id, sender, text, reply_to, created_at)
      SELECT n.room, n.new_seq, n.new_rev, n.id, n.client, n.sender, n.profile::jsonb, n.body, nullif(n.reply, 0), v_now
      FROM numbered n ORDER BY n.idx
  )
  SELECT n.idx::int, 'created', n.new_seq::float8, n.new_rev::float8, extract(epoch FROM v_now)::float8 * 1000, NULL FROM numbered n
  UNION ALL
  SELECT k.idx::int, 'duplicate', NULL, NULL, NULL, message_json(k.message)::text FROM known k
  UNION ALL
  SELECT r.idx::int, r.code, NULL, NULL, NULL, NULL FROM refused r;

  FOR v_change IN SELECT c FROM jsonb_array_elements(p_changes) WITH ORDINALITY AS e(c, place) ORDER BY e.place LOOP
    v_idx := v_idx + 1;
    SELECT c.status, c.message INTO v_status, v_message FROM change_message(v_change, v_now) c;
    RETURN QUERY SELECT v_idx, v_status, NULL::float8, NULL::float8, NULL::float8, v_message::text;
  END LOOP;
END
$$;
