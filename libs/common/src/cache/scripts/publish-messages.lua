-- Publishes a batch of message changes: recent caches and heads, events and replies, and the finished commands, in one
-- atomic step. The only writer of heads and, beside the warmer, of recent caches.
-- KEYS[1] event stream, KEYS[2] command stream; the rooms' keys share their hash tag.
-- ARGV   gen (Redis' replication id), list ttl in ms, head ttl in seconds, the caller's time in ms
--        runs of changes: count, then per run:
--          kind     c (created), u (edited, deleted, reacted), d (duplicate: met again, maybe published before)
--          prefix of the room's keys, rev and seq of the first, and how many: each is one above the one before it
--          per change the list's item ("<rev> <json>")
--        entries for the event stream: count, then per entry: number of strings, field, value, ...
--        ids of finished commands
-- Events come as they are to be added, though their messages stand in the items too: Lua hashes every byte of every string
-- that it makes, and putting them together here would make each message four times.
-- Per room three keys: <prefix>:head {gen, rev, seq}, <prefix>:recent (newest first, "<rev> <json>", at most 50) and
-- <prefix>:recent:meta {gen, rev, floorRev, count, seq of the newest, edited, renewAt}. A list is complete or absent: a
-- change applies only when it follows on; otherwise the list goes. floorRev: changes above it are all in the list. edited: no
-- item that was changed in its place has a higher rev. renewAt: until then (ms, by the callers' clocks, which may be minutes
-- apart) the keys live long enough.
-- Few calls: most runs are of one message, and each call costs more than what it does.
local MAX = 50
local i = 1
local function take()
  local value = ARGV[i]
  i = i + 1
  return value
end

local gen, listTtl, headTtl, now = take(), take(), take(), tonumber(take())
local rooms, order = {}, {}

local function load(prefix)
  local room = rooms[prefix]
  if room then
    return room
  end
  room = { pushes = {} }
  local head = redis.call('HMGET', prefix .. ':head', 'gen', 'rev', 'seq')
  if head[1] == gen then
    room.headRev, room.headSeq = tonumber(head[2]), tonumber(head[3])
  end
  room.headFound = head[1] ~= false
  local meta = redis.call('HMGET', prefix .. ':recent:meta', 'gen', 'rev', 'floorRev', 'count', 'seq', 'edited', 'renewAt')
  room.found = meta[1] ~= false
  if meta[1] == gen then
    room.live = true
    room.rev, room.floor, room.count, room.top = tonumber(meta[2]), tonumber(meta[3]), tonumber(meta[4]), tonumber(meta[5])
    -- A list that was just read from the database may hold changed items up to its newest.
    room.edited, room.renewAt = tonumber(meta[6]) or room.rev, tonumber(meta[7]) or 0
  end
  rooms[prefix] = room
  order[#order + 1] = prefix
  return room
end

-- Brings the list up to what is known of it. One that is not as long as its meta told has lost something, and is live no more.
local function push(prefix, room)
  local length
  if #room.pushes > 0 then
    length = redis.call('LPUSH', prefix .. ':recent', unpack(room.pushes))
    room.pushes = {}
  else
    length = redis.call('LLEN', prefix .. ':recent')
  end
  room.live = length == room.count
end

local function applyToList(prefix, room, kind, rev, seq, item)
  if not room.live then
    -- The very first message of a room: its whole history is this list.
    if kind ~= 'c' or rev ~= 1 or seq ~= 1 or room.headRev then
      return
    end
    redis.call('DEL', prefix .. ':recent')
    room.live, room.rev, room.floor, room.count, room.top = true, 0, 0, 0, 0
    room.edited, room.renewAt = 0, 0
  end
  if rev <= room.rev then
    return
  end
  if rev ~= room.rev + 1 or seq > room.top + 1 then
    room.live = false
    return
  end
  room.rev, room.changed = rev, true
  if seq == room.top + 1 then
    room.top, room.count = seq, room.count + 1
    room.pushes[#room.pushes + 1] = item
    return
  end
  local index = room.top - seq
  if index < room.count and index < MAX then
    push(prefix, room)
    if room.live then
      redis.call('LSET', prefix .. ':recent', index, item)
      room.edited = rev
    end
  else
    room.floor = math.max(room.floor, rev)
  end
end

local function revOf(item)
  return tonumber(string.match(item, '^%d+'))
end

local function trim(list, room)
  if room.count == MAX + 1 then
    room.floor = math.max(room.floor, revOf(redis.call('RPOP', list)))
    room.count = MAX
    return
  end
  if room.edited > room.floor then
    for _, item in ipairs(redis.call('LRANGE', list, MAX, -1)) do
      room.floor = math.max(room.floor, revOf(item))
    end
  else
    -- All above the floor stand as they came: the first that goes is the newest of them.
    room.floor = math.max(room.floor, revOf(redis.call('LINDEX', list, MAX)))
  end
  redis.call('LTRIM', list, 0, MAX - 1)
  room.count = MAX
end

local function store(prefix, room)
  local head, list, meta = prefix .. ':head', prefix .. ':recent', prefix .. ':recent:meta'
  if room.live and room.changed then
    push(prefix, room)
  end
  -- Of a busy room the lives are prolonged now and then, not with every batch.
  local renew = not room.live or now >= room.renewAt
  if room.headChanged then
    redis.call('HSET', head, 'gen', gen, 'rev', room.headRev, 'seq', room.headSeq)
    if renew or not room.headFound then
      redis.call('EXPIRE', head, headTtl)
    end
  end
  if not room.live then
    if room.found or room.changed then
      redis.call('DEL', list, meta)
    end
    return
  end
  if not room.changed then
    return
  end
  if room.count > MAX then
    trim(list, room)
  end
  if renew then
    room.renewAt = now + math.floor(tonumber(listTtl) / 10)
  end
  redis.call('HSET', meta, 'gen', gen, 'rev', room.rev, 'floorRev', room.floor, 'count', room.count, 'seq', room.top,
    'edited', room.edited, 'renewAt', room.renewAt)
  if renew then
    redis.call('PEXPIRE', list, listTtl)
    redis.call('PEXPIRE', meta, listTtl)
  end
end

for _ = 1, tonumber(take()) do
  local kind, prefix, rev, seq, count = take(), take(), tonumber(take()), tonumber(take()), tonumber(take())
  local room = load(prefix)
  for k = 0, count - 1 do
    applyToList(prefix, room, kind, rev + k, seq + k, take())
  end
  rev, seq = rev + count - 1, seq + count - 1
  -- Only a new message makes a head where there is none: a duplicate may be old news, and a change of an older message
  -- does not tell the room's newest seq.
  if (room.headRev and rev > room.headRev) or (not room.headRev and kind == 'c') then
    room.headRev, room.headSeq, room.headChanged = rev, math.max(room.headSeq or 0, seq), true
  end
end
for _, prefix in ipairs(order) do
  store(prefix, rooms[prefix])
end

for _ = 1, tonumber(take()) do
  local fields = {}
  for k = 1, tonumber(take()) do
    fields[k] = take()
  end
  redis.call('XADD', KEYS[1], '*', unpack(fields))
end

local ids = {}
while i <= #ARGV do
  ids[#ids + 1] = take()
end
if #ids > 0 then
  redis.call('XDEL', KEYS[2], unpack(ids))
end
