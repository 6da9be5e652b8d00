-- Decides on one claim and appends a grant to the stream for the write-behind worker. All reads come before the first write, since
-- a script that fails halfway is not rolled back; running it again for the same claim changes nothing.
-- KEYS[1]  counter: hash {epoch, taken, unrecorded, total} (keys.ts); exists exactly when the coupon was seeded
-- KEYS[2]  held: hash user -> how many
-- KEYS[3]  claims: hash claim id -> "coupon user ordinal issuedAtMs", of all coupons
-- KEYS[4]  grants: stream of {epoch, claim, user, ordinal, at}, one entry for each grant that is not recorded yet
-- ARGV     claim id, user, total quantity, limit per user (empty: none), now in epoch milliseconds, coupon
-- Reply    {1, taken, held, last, total}: granted ordinal last + 1, with the counts before it and the total that was decided by;
--          {0, taken, held, last, total}: refused;
--          {2, coupon, user, ordinal, issuedAtMs}: this claim was granted before;  {3}: not seeded
local counter = redis.call('HMGET', KEYS[1], 'epoch', 'taken', 'unrecorded', 'total')
if not counter[1] then
  return {3}
end
local before = redis.call('HGET', KEYS[3], ARGV[1])
if before then
  local coupon, user, ordinal, at = string.match(before, '^(%d+) (%d+) (%d+) (%d+)$')
  return {2, tonumber(coupon), tonumber(user), tonumber(ordinal), tonumber(at)}
end
local last = tonumber(counter[2])
local taken = last - tonumber(counter[3] or '0')
-- of the row as it was counted last, and as the claim's process remembers it, the lower one
local total = math.min(tonumber(ARGV[3]), tonumber(counter[4] or ARGV[3]))
if taken >= total then
  return {0, taken, 0, last, total}
end
local held = 0
if ARGV[4] ~= '' then
  held = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0')
  if held >= tonumber(ARGV[4]) then
    return {0, taken, held, last, total}
  end
end
local ordinal = last + 1
redis.call('XADD', KEYS[4], '*', 'epoch', counter[1], 'claim', ARGV[1], 'user', ARGV[2], 'ordinal', ordinal, 'at', ARGV[5])
redis.call('HSET', KEYS[1], 'taken', ordinal)
redis.call('HSET', KEYS[3], ARGV[1], ARGV[6] .. ' ' .. ARGV[2] .. ' ' .. ordinal .. ' ' .. ARGV[5])
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
return {1, taken, held, last, total}
