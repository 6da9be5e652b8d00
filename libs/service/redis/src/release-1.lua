-- Deletes a lock, but only the one that the caller took: after a lease ran out the key may be somebody else's.
-- KEYS[1]  the lock
-- ARGV[1]  the token it was taken with
-- ARGV[2]  optional: the channel on which the release is told to who waits for it; the message is the lock's key
-- Reply    1: released; 0: the lease had run out before
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
if ARGV[2] then
  redis.call('PUBLISH', ARGV[2], KEYS[1])
end
return 1
