-- Stores a room's recent messages as one database snapshot showed them, unless something newer is known.
-- KEYS[1] head, KEYS[2] list, KEYS[3] the list's meta (see publish-messages.lua).
-- ARGV   gen, list ttl in ms, head ttl in seconds, rev, seq, floorRev, then "<rev> <json>" from the newest on
-- Returns 1 when stored, 0 when a newer head or an equal list stands.
local gen, listTtl, headTtl, rev, seq, floorRev = unpack(ARGV, 1, 6)
local head = redis.call('HMGET', KEYS[1], 'gen', 'rev')
if head[1] == gen and tonumber(head[2]) > tonumber(rev) then
  return 0
end
local meta = redis.call('HMGET', KEYS[3], 'gen', 'rev', 'count')
if meta[1] == gen and tonumber(meta[2]) >= tonumber(rev) and tonumber(meta[3]) == redis.call('LLEN', KEYS[2]) then
  return 0
end
redis.call('DEL', KEYS[2], KEYS[3])
if #ARGV > 6 then
  redis.call('RPUSH', KEYS[2], unpack(ARGV, 7))
  redis.call('PEXPIRE', KEYS[2], listTtl)
end
redis.call('HSET', KEYS[3], 'gen', gen, 'rev', rev, 'floorRev', floorRev, 'count', #ARGV - 6, 'seq', seq)
redis.call('PEXPIRE', KEYS[3], listTtl)
redis.call('HSET', KEYS[1], 'gen', gen, 'rev', rev, 'seq', seq)
redis.call('EXPIRE', KEYS[1], headTtl)
return 1
