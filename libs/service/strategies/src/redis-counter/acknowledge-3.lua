-- After COMMIT: acknowledges and deletes the entries in one step, so that the stream holds exactly the grants that are not
-- recorded yet, and nothing else is ever trimmed.
-- KEYS[1]  grants: stream
-- KEYS[2]  counter: hash; its revision grows, for a recount that has lost the row
-- KEYS[3]  claims: hash claim id -> "coupon user ordinal issuedAtMs"
-- ARGV     consumer group, 1 to have the coupon seeded again, how many claims to forget, the ids of these claims, then the ids of
--          the entries
-- Reply    how many entries were still there
local forgotten = tonumber(ARGV[3])
for n = 4, 3 + forgotten do
  redis.call('HDEL', KEYS[3], ARGV[n])
end
local done = 0
for n = 4 + forgotten, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[n])
  done = done + redis.call('XDEL', KEYS[1], ARGV[n])
end
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[2])
elseif done > 0 and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'revision', 1)
end
return done
