-- Creates a coupon's counter, once. The caller holds the coupon's row in the database, so that nothing is recorded meanwhile.
-- KEYS[1]  counter: hash {epoch, taken, unrecorded, total} (keys.ts)
-- KEYS[2]  held: hash user -> how many
-- KEYS[3]  claims: hash, filled by the caller with every claim that has a row; its field "copying:<epoch>" was written before them
-- KEYS[4]  grants: stream; its consumer group is created here
-- ARGV     epoch, highest ordinal, how many are taken, total quantity, consumer group, then user, how many, user, how many ...
-- Reply    1: seeded, or it was already;  0: unrecorded grants are left;  2: the claims were lost meanwhile, copy them again
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 1
end
if redis.call('XLEN', KEYS[4]) > 0 then
  return 0
end
if redis.call('HDEL', KEYS[3], 'copying:' .. ARGV[1]) == 0 then
  return 2
end
redis.call('DEL', KEYS[2])
for n = 6, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[n], ARGV[n + 1])
end
redis.pcall('XGROUP', 'CREATE', KEYS[4], ARGV[5], '0', 'MKSTREAM')
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'taken', ARGV[2], 'unrecorded', ARGV[2] - ARGV[3], 'total', ARGV[4])
return 1
