-- Counts a coupon anew: what its rows say, and what is in the stream without a row. The caller holds the coupon's row in the
-- database, so that nothing is recorded meanwhile; claims go on. A caller that was paused may have lost the row since: then grants
-- were recorded that its numbers do not count, and left the stream, which shows in the revision.
-- KEYS[1]  counter: hash {epoch, taken, unrecorded, total, revision} (keys.ts)
-- KEYS[2]  held: hash user -> how many
-- KEYS[3]  grants: stream of {epoch, claim, user, ordinal, at}
-- ARGV     epoch and revision before the rows and the stream were read, how many are taken, total quantity, how many entries there
--          may be, how many entries have rows, the ids of these, then user, how many, user, how many ... of the rows
-- Reply    the highest ordinal now;  -1: it is another counter now, or grants were acknowledged;  -2: too many entries, only the
--          total was set
local counter = redis.call('HMGET', KEYS[1], 'epoch', 'revision', 'taken')
if counter[1] ~= ARGV[1] or (counter[2] or '0') ~= ARGV[2] then
  return -1
end
local entries = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', ARGV[5] + 1)
redis.call('HSET', KEYS[1], 'total', ARGV[4])
if #entries > tonumber(ARGV[5]) then
  return -2
end
local users = 7 + ARGV[6]
local recorded = {}
for n = 7, users - 1 do
  recorded[ARGV[n]] = true
end
redis.call('DEL', KEYS[2])
for n = users, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[n], ARGV[n + 1])
end
local taken = tonumber(ARGV[3])
for _, entry in ipairs(entries) do
  if not recorded[entry[1]] then
    taken = taken + 1
    redis.call('HINCRBY', KEYS[2], entry[2][6], 1)
  end
end
local last = math.max(tonumber(counter[3]), taken)
redis.call('HSET', KEYS[1], 'taken', last, 'unrecorded', last - taken)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
return last
