-- Stores a versioned hash that was read from the database, unless something newer is known.
-- KEYS[1] the hash. ARGV: version, ttl seconds, field, value, ...
-- Returns 1 when stored, 0 when a newer version or guard stands.
local version = tonumber(ARGV[1])
local current = tonumber(redis.call('HGET', KEYS[1], 'n') or '-1')
local guard = tonumber(redis.call('GET', KEYS[1] .. ':guard') or '-1')
if current >= version or guard > version then
  return 0
end
redis.call('DEL', KEYS[1])
local fields = {}
for i = 3, #ARGV do
  fields[#fields + 1] = ARGV[i]
  if #fields == 1000 then
    redis.call('HSET', KEYS[1], unpack(fields))
    fields = {}
  end
end
if #fields > 0 then
  redis.call('HSET', KEYS[1], unpack(fields))
end
redis.call('HSET', KEYS[1], 'n', version)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
