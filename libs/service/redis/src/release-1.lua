-- Deletes a lock if it still has the caller's token: after a lease expires, the key may belong to another holder.
-- KEYS[1]  the lock
-- ARGV[1]  the token that the lock was taken with
-- ARGV[2]  optional: the channel to publish the release on; the message is the lock's key
-- Reply    1: released; 0: the lease had expired
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
if ARGV[2] then
  redis.call('PUBLISH', ARGV[2], KEYS[1])
end
return 1
