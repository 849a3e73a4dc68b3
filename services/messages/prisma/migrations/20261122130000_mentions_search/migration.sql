-- Mentions, jumps and search. Only adds: the version before this one runs beside it during a rolling restart, and finds
-- every table and function that it calls as it was (`append` with eleven arguments among them).

-- Whom a message mentions, as the protocol shows it: {"users": [{"id", "username"}], "room": boolean}. Null: nobody.
ALTER TABLE "messages" ADD COLUMN "mentions" JSONB;

-- One row per message and person mentioned. The nil UUID stands for every member of the room but the sender.
CREATE TABLE "mentions" (
    "user_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "sender_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "mentions_pkey" PRIMARY KEY ("user_id", "room_id", "seq")
);
-- The list, newest first; and what an edit, a deletion and a purge look for.
CREATE INDEX "mentions_newest" ON "mentions"("user_id", "created_at" DESC, "room_id" DESC, "seq" DESC);
CREATE INDEX "mentions_message" ON "mentions"("room_id", "seq");

-- How far a room's messages are in the search index; `public` never changes.
CREATE TABLE "search_rooms" (
    "room_id" UUID NOT NULL,
    "public" BOOLEAN NOT NULL,
    "rev" BIGINT NOT NULL,
    CONSTRAINT "search_rooms_pkey" PRIMARY KEY ("room_id")
) WITH (fillfactor = 50);

-- What a message is found by. Lexemes are made by the service, so that no locale of the database decides what a word is:
-- words, pairs of neighbouring letters of scripts without spaces, and :r<room>, :s<sender>, :p (public room).
CREATE TABLE "search_documents" (
    "room_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "rev" BIGINT NOT NULL,
    "sender_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "lexemes" TSVECTOR NOT NULL,
    CONSTRAINT "search_documents_pkey" PRIMARY KEY ("room_id", "seq")
);
CREATE INDEX "search_documents_newest" ON "search_documents"("created_at" DESC, "room_id" DESC, "seq" DESC);
-- A short list of what is not yet sorted in keeps both writing and searching quick.
CREATE INDEX "search_documents_lexemes" ON "search_documents" USING GIN ("lexemes") WITH (fastupdate = on, gin_pending_list_limit = 1024);

CREATE OR REPLACE FUNCTION message_json(m messages) RETURNS JSON LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN m.mentions IS NULL THEN json_build_object(
    'id', m.id, 'roomId', m.room_id, 'seq', m.seq, 'rev', m.rev, 'clientId', m.client_id, 'sender', m.sender,
    'text', m.text, 'replyTo', m.reply_to, 'createdAt', rfc3339(m.created_at), 'editedAt', rfc3339(m.edited_at),
    'deletedAt', rfc3339(m.deleted_at),
    'reactions', CASE WHEN m.reaction_count = 0 THEN '[]'::json ELSE message_reactions(m.room_id, m.seq) END)
  ELSE json_build_object(
    'id', m.id, 'roomId', m.room_id, 'seq', m.seq, 'rev', m.rev, 'clientId', m.client_id, 'sender', m.sender,
    'text', m.text, 'replyTo', m.reply_to, 'createdAt', rfc3339(m.created_at), 'editedAt', rfc3339(m.edited_at),
    'deletedAt', rfc3339(m.deleted_at),
    'reactions', CASE WHEN m.reaction_count = 0 THEN '[]'::json ELSE message_reactions(m.room_id, m.seq) END,
    'mentions', m.mentions) END
$$;

-- Rows of `mentions` for one message. Nobody is mentioned by what they wrote themselves.
CREATE FUNCTION mention_rows(p_mentions JSONB, p_sender UUID) RETURNS SETOF UUID LANGUAGE sql IMMUTABLE AS $$
  SELECT (u->>'id')::uuid FROM jsonb_array_elements(p_mentions->'users') u WHERE (u->>'id')::uuid <> p_sender
  UNION
  SELECT '00000000-0000-0000-0000-000000000000'::uuid WHERE (p_mentions->>'room')::boolean
$$;

-- As before, and: an edit takes the mentions of the new text (p_change.mentions, null for nobody; absent: those of before,
-- as an older gateway does not look for any), a deletion ends them.
CREATE OR REPLACE FUNCTION change_message(p_change JSONB, p_now TIMESTAMPTZ, OUT status TEXT, OUT message JSON) LANGUAGE plpgsql AS $$
DECLARE
  v_room UUID := (p_change->>'room')::uuid;
  v_seq BIGINT := (p_change->>'seq')::bigint;
  v_actor UUID := (p_change->>'actor')::uuid;
  v_type TEXT := p_change->>'type';
  v_emoji TEXT := p_change->>'emoji';
  v_rows INTEGER := 0;
  v_rev BIGINT;
  v_before JSONB;
  v_message messages;
BEGIN
  SELECT * INTO v_message FROM messages m WHERE m.room_id = v_room AND m.seq = v_seq;
  IF NOT FOUND OR EXISTS (SELECT 1 FROM closed_rooms c WHERE c.room_id = v_room) THEN
    status := 'not_found';
    RETURN;
  END IF;
  status := 'ok';
  v_before := v_message.mentions;
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
      IF p_change ? 'mentions' THEN
        v_message.mentions := nullif(p_change->'mentions', 'null'::jsonb);
      END IF;
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
      v_message.mentions := NULL;
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
        deleted_at = v_message.deleted_at, reaction_count = v_message.reaction_count, mentions = v_message.mentions
      WHERE m.room_id = v_room AND m.seq = v_seq;
    IF v_message.mentions IS DISTINCT FROM v_before THEN
      DELETE FROM mentions d WHERE d.room_id = v_room AND d.seq = v_seq;
      INSERT INTO mentions (user_id, room_id, seq, sender_id, created_at)
        SELECT u, v_room, v_seq, v_message.sender_id, v_message.created_at FROM mention_rows(v_message.mentions, v_message.sender_id) u;
    END IF;
  END IF;
  message := message_json(v_message);
END
$$;

-- `append` with mentions: p_mentions holds each send's, as JSON, or null. Of each change it also returns `before`, the
-- mentions that the message had until then. All else is as the function with eleven arguments says.
CREATE FUNCTION append(
  p_partition INTEGER, p_owner TEXT, p_epoch BIGINT,
  p_rooms UUID[], p_senders UUID[], p_clients UUID[], p_ids UUID[], p_profiles TEXT[], p_texts TEXT[], p_replies BIGINT[],
  p_mentions TEXT[], p_changes JSONB
) RETURNS TABLE (idx INTEGER, status TEXT, seq FLOAT8, rev FLOAT8, at_ms FLOAT8, stored TEXT, before TEXT) LANGUAGE plpgsql AS $$
DECLARE
  v_now TIMESTAMPTZ;
  v_change JSONB;
  v_idx INTEGER := coalesce(array_length(p_rooms, 1), 0);
  v_status TEXT;
  v_message JSON;
  v_before JSONB;
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
    SELECT i.* FROM unnest(p_rooms, p_senders, p_clients, p_ids, p_profiles, p_texts, p_replies, p_mentions)
      WITH ORDINALITY AS i(room, sender, client, id, profile, body, reply, mentions, idx)
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
    INSERT INTO messages (room_id, seq, rev, id, client_id, sender_id, sender, text, reply_to, created_at, mentions)
      SELECT n.room, n.new_seq, n.new_rev, n.id, n.client, n.sender, n.profile::jsonb, n.body, nullif(n.reply, 0), v_now, n.mentions::jsonb
      FROM numbered n ORDER BY n.idx
  ), mentioned AS (
    INSERT INTO mentions (user_id, room_id, seq, sender_id, created_at)
      SELECT u, n.room, n.new_seq, n.sender, v_now FROM numbered n, mention_rows(n.mentions::jsonb, n.sender) u WHERE n.mentions IS NOT NULL
  )
  SELECT n.idx::int, 'created', n.new_seq::float8, n.new_rev::float8, extract(epoch FROM v_now)::float8 * 1000, NULL, NULL FROM numbered n
  UNION ALL
  SELECT k.idx::int, 'duplicate', NULL, NULL, NULL, message_json(k.message)::text, NULL FROM known k
  UNION ALL
  SELECT r.idx::int, r.code, NULL, NULL, NULL, NULL, NULL FROM refused r;

  FOR v_change IN SELECT c FROM jsonb_array_elements(p_changes) WITH ORDINALITY AS e(c, place) ORDER BY e.place LOOP
    v_idx := v_idx + 1;
    v_before := NULL;
    IF v_change->>'type' <> 'message.react' THEN
      SELECT m.mentions INTO v_before FROM messages m WHERE m.room_id = (v_change->>'room')::uuid AND m.seq = (v_change->>'seq')::bigint;
    END IF;
    SELECT c.status, c.message INTO v_status, v_message FROM change_message(v_change, v_now) c;
    RETURN QUERY SELECT v_idx, v_status, NULL::float8, NULL::float8, NULL::float8, v_message::text, v_before::text;
  END LOOP;
END
$$;

-- The first message of a room from a time on: its seq, or one past the newest. Seqs are dense and times ascend with them
-- (but for a clock that was set back), so twenty looks at the primary key find it among a million; no index is needed.
CREATE FUNCTION seq_at(p_room UUID, p_time TIMESTAMPTZ) RETURNS BIGINT LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_low BIGINT := 1;
  v_high BIGINT := coalesce((SELECT c.last_seq FROM counters c WHERE c.room_id = p_room), 0) + 1;
  v_middle BIGINT;
BEGIN
  WHILE v_low < v_high LOOP
    v_middle := (v_low + v_high) / 2;
    IF (SELECT m.created_at < p_time FROM messages m WHERE m.room_id = p_room AND m.seq = v_middle) THEN
      v_low := v_middle + 1;
    ELSE
      v_high := v_middle;
    END IF;
  END LOOP;
  RETURN v_low;
END
$$;

-- Every document that matches, by the index of lexemes and nothing else: a plan that reads the table is never the better one
-- here, because who asks has already walked over the newest documents and found too few.
CREATE FUNCTION indexed_documents(p_query TSQUERY) RETURNS TABLE (room_id UUID, seq BIGINT, created_at TIMESTAMPTZ)
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
  SELECT d.room_id, d.seq, d.created_at FROM search_documents d WHERE d.lexemes @@ p_query
$$;
