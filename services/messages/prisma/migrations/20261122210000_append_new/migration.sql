-- Only adds: the version before this one runs beside it during a rolling restart, and does not call this function.

-- Commits a batch of messages that are all new, without mentions, and that nothing speaks against: what `append` does for them,
-- for less than half of its cost. It stores all or nothing. Where the lease is lost, a room is new or closed, a sender is
-- banned, a message is known already or answers none, it changes nothing and returns no time (at_ms is null); `append` then
-- says why, message by message. In order:
--   the lease row is checked and locked; the rooms' counter rows are locked in sorted order, and counted up;
--   the messages are inserted. The unique index on (room, sender, client id) finds the known ones: it is looked through for
--   each insert anyway. Its error takes everything back, and as it is caught, leaves no line in the log. Locks are taken within
-- the same block: a row that is locked outside and updated inside would get a multixact each time.
-- The arrays: rooms, sorted, each once, how many messages it gets, and the highest seq that these answer; authors, each a
-- sender with a profile in one room (p_author_rooms: its place in p_rooms, from 1); messages, each by an author (its place,
-- from 1), with its place among the new ones of its room, from 1; p_replies holds 0 for none.
-- Returns the time of all, and per room the seq and the rev before the first of them.
CREATE FUNCTION append_new(
  p_partition INTEGER, p_owner TEXT, p_epoch BIGINT,
  p_rooms UUID[], p_counts BIGINT[], p_replied BIGINT[],
  p_author_rooms INTEGER[], p_authors UUID[], p_profiles JSONB[],
  p_by INTEGER[], p_places INTEGER[], p_clients UUID[], p_ids UUID[], p_texts TEXT[], p_replies BIGINT[],
  OUT at_ms FLOAT8, OUT seqs BIGINT[], OUT revs BIGINT[]
) LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE
  v_now TIMESTAMPTZ;
  v_rooms UUID[];
BEGIN
  PERFORM 1 FROM leases l WHERE l.partition = p_partition AND l.owner = p_owner AND l.epoch = p_epoch FOR SHARE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT array_agg(c.room_id), array_agg(c.last_seq), array_agg(c.last_rev) INTO v_rooms, seqs, revs
    FROM (SELECT * FROM counters c WHERE c.room_id = ANY (p_rooms) ORDER BY c.room_id FOR UPDATE) c;
  IF v_rooms IS DISTINCT FROM p_rooms
    OR EXISTS (SELECT 1 FROM (SELECT unnest(seqs) AS newest, unnest(p_replied) AS replied) r WHERE r.replied > r.newest)
    OR EXISTS (SELECT 1 FROM closed_rooms x WHERE x.room_id = ANY (p_rooms))
    OR EXISTS (
      SELECT 1 FROM (SELECT p_rooms[unnest(p_author_rooms)] AS room, unnest(p_authors) AS author) a
        JOIN bans b ON b.room_id = a.room AND b.user_id = a.author)
  THEN
    RETURN;
  END IF;
  v_now := date_trunc('milliseconds', clock_timestamp());
  UPDATE counters c SET last_seq = c.last_seq + g.n, last_rev = c.last_rev + g.n
    FROM (SELECT unnest(p_rooms) AS room, unnest(p_counts) AS n) g WHERE c.room_id = g.room;
  INSERT INTO messages (room_id, seq, rev, id, client_id, sender_id, sender, text, reply_to, created_at)
    SELECT p_rooms[p_author_rooms[i.by]], seqs[p_author_rooms[i.by]] + i.place, revs[p_author_rooms[i.by]] + i.place,
      i.id, i.client, p_authors[i.by], p_profiles[i.by], i.body, nullif(i.reply, 0), v_now
    FROM (
      SELECT unnest(p_by) AS by, unnest(p_places) AS place, unnest(p_clients) AS client, unnest(p_ids) AS id,
        unnest(p_texts) AS body, unnest(p_replies) AS reply
    ) i;
  at_ms := extract(epoch FROM v_now)::float8 * 1000;
EXCEPTION WHEN unique_violation THEN
  RETURN;
END
$$;
