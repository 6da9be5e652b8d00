-- After COMMIT: the entries are done with. Acknowledged and deleted in one step, so that what is in the stream is exactly what is
-- not settled yet, and nothing else is ever trimmed.
-- KEYS[1]  grants: stream
-- KEYS[2]  counter: hash {epoch, taken, unrecorded}
-- KEYS[3]  claims: hash claim id -> "coupon user ordinal issuedAtMs"
-- ARGV     consumer group, 1 to have the coupon seeded anew, how many ordinals are known now to stay without a row,
--          how many claims are to be forgotten, these claims' ids, then the entries' ids
-- Reply    how many entries were still there
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[2])
elseif ARGV[3] ~= '0' and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'unrecorded', ARGV[3])
end
local forgotten = tonumber(ARGV[4])
for n = 5, 4 + forgotten do
  redis.call('HDEL', KEYS[3], ARGV[n])
end
local done = 0
for n = 5 + forgotten, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[n])
  done = done + redis.call('XDEL', KEYS[1], ARGV[n])
end
return done
