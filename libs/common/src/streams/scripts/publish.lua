-- Publishes the outcome of a batch: appends events and replies, patches read models, removes the finished commands.
-- Atomic, so that a command leaves its stream exactly when its outcome is visible.
-- KEYS[1] event stream, KEYS[2] command stream; the keys of patches stand in ARGV and share their hash tag.
-- ARGV   entries: count, then per entry: number of strings, field, value, ...
--        deletes: count, then the ids of finished commands
--        patches: count, then per patch: key, version, ttl seconds, mode (patch | replace | drop),
--                 number of set strings, field, value, ..., number of removed fields, field, ...
-- A patch changes a versioned hash (field n holds its version) only from an older version to a newer one. Where the hash
-- is absent, a guard key keeps the version for a minute, so that neither a warmer that read the database before this
-- change nor an older patch that comes late (its publisher was paused) can bring back what was.
-- Returns the number of entries appended.
local i = 1
local function take()
  local value = ARGV[i]
  i = i + 1
  return value
end
local function takeList(count)
  local list = {}
  for k = 1, count do
    list[k] = ARGV[i]
    i = i + 1
  end
  return list
end

local entries = tonumber(take())
for _ = 1, entries do
  local fields = takeList(tonumber(take()))
  redis.call('XADD', KEYS[1], '*', unpack(fields))
end

local deletes = takeList(tonumber(take()))
if #deletes > 0 then
  redis.call('XDEL', KEYS[2], unpack(deletes))
end

for _ = 1, tonumber(take()) do
  local key, version, ttl, mode = take(), tonumber(take()), tonumber(take()), take()
  local set = takeList(tonumber(take()))
  local removed = takeList(tonumber(take()))
  local current = tonumber(redis.call('HGET', key, 'n') or '-1')
  local guard = tonumber(redis.call('GET', key .. ':guard') or '-1')
  if current < version and guard < version then
    if mode == 'drop' then
      redis.call('DEL', key)
    end
    if mode == 'replace' then
      redis.call('DEL', key)
      current = 0
    end
    if mode == 'drop' or current == -1 then
      redis.call('SET', key .. ':guard', version, 'EX', 60)
    else
      if #set > 0 then
        redis.call('HSET', key, unpack(set))
      end
      if #removed > 0 then
        redis.call('HDEL', key, unpack(removed))
      end
      redis.call('HSET', key, 'n', version)
      redis.call('EXPIRE', key, ttl)
    end
  end
end
return entries
