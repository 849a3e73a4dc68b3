-- Reads a room's recent messages, when the cache is certain to be complete.
-- KEYS[1] head, KEYS[2] list, KEYS[3] the list's meta (see publish-messages.lua).
-- ARGV[1] gen, ARGV[2] since (a rev, or empty for a snapshot), ARGV[3] the rev that the caller knows to exist
-- Returns nil on a miss, else {mode, last seq, last rev, message JSON ...} with the newest message first.
local head = redis.call('HMGET', KEYS[1], 'gen', 'rev', 'seq')
local meta = redis.call('HMGET', KEYS[3], 'gen', 'rev', 'floorRev', 'count')
if head[1] ~= ARGV[1] or meta[1] ~= ARGV[1] or head[2] ~= meta[2] then
  return nil
end
local rev = tonumber(head[2])
if rev < tonumber(ARGV[3]) then
  return nil
end
local since = tonumber(ARGV[2])
local mode = 'snapshot'
if since and since <= rev then
  if since < tonumber(meta[3]) then
    return nil
  end
  mode = 'resume'
end
local items = redis.call('LRANGE', KEYS[2], 0, -1)
if #items ~= tonumber(meta[4]) then
  return nil
end
local answer = { mode, head[3], head[2] }
for _, item in ipairs(items) do
  local space = string.find(item, ' ', 1, true)
  if mode == 'snapshot' or tonumber(string.sub(item, 1, space - 1)) > since then
    answer[#answer + 1] = string.sub(item, space + 1)
  end
end
return answer
