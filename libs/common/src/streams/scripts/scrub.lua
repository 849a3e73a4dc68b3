-- Removes what a stream of events or dead letters still holds of some rooms; a page of entries a call.
-- KEYS[1] the stream. ARGV[1] where to begin, as for XRANGE; ARGV[2] how many entries to look at; then the room ids.
-- An entry is about a room when its field room or key names it, when it is a reply whose body holds the id, or a dead
-- letter of a command for it, or a pack (streams/pack.ts) with one of its events, which goes as a whole: the id is
-- one of its strings, never the last of a record. A message that merely mentions an id stays.
-- Returns {id of the last entry looked at, or nil at the end; number removed}.
local count = tonumber(ARGV[2])
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', count)
local isRoom = {}
for i = 3, #ARGV do
  isRoom[ARGV[i]] = true
end
local function holdsAny(text, before, after)
  for i = 3, #ARGV do
    if string.find(text, before .. ARGV[i] .. after, 1, true) then
      return true
    end
  end
  return false
end
local function isAbout(flat)
  local fields = {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  if isRoom[fields.room or ''] or isRoom[fields.key or ''] then
    return true
  end
  if fields.type == 'reply' then
    return holdsAny(fields.body or '', '', '')
  end
  if fields.pack then
    return holdsAny(fields.pack, '\31', '\31')
  end
  return fields.entry ~= nil and holdsAny(fields.fields or '', '"key","', '"')
end
local removed = 0
for _, entry in ipairs(entries) do
  if isAbout(entry[2]) then
    removed = removed + redis.call('XDEL', KEYS[1], entry[1])
  end
end
local last = false
if #entries == count then
  last = entries[count][1]
end
return { last, removed }
