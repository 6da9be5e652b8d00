-- After COMMIT: acknowledges and deletes the entries in one step, so that the stream holds exactly the grants that are not
-- recorded yet, and nothing else is ever trimmed.
-- KEYS[1]  grants: stream
-- KEYS[2]  counter: hash {epoch, taken, unrecorded}
-- KEYS[3]  claims: hash claim id -> "coupon user ordinal issuedAtMs"
-- ARGV     consumer group, 1 to have the coupon seeded again, how many ordinals more the coupon's quantity does not count,
--          how many claims to forget, the ids of these claims, then the ids of the entries
-- Reply    how many entries were still there
local forgotten = tonumber(ARGV[4])
for n = 5, 4 + forgotten do
  redis.call('HDEL', KEYS[3], ARGV[n])
end
local done = 0
for n = 5 + forgotten, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[n])
  done = done + redis.call('XDEL', KEYS[1], ARGV[n])
end
-- a redelivery must not count its ordinals twice
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[2])
elseif done > 0 and ARGV[3] ~= '0' and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'unrecorded', ARGV[3])
end
return done
