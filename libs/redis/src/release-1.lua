-- Deletes a lock, but only the one that the caller took: after a lease ran out the key may be somebody else's.
-- KEYS[1]  the lock
-- ARGV[1]  the token it was taken with
-- Reply    1: released; 0: the lease had run out before
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
