-- Extends a turn if no other process waits for the lock, and ends it otherwise.
-- KEYS[1]  the lock
-- KEYS[2]  the queue of waiters
-- ARGV[1]  the token of this turn
-- ARGV[2]  lease in milliseconds, starting now
-- Reply    1: extended; 0: given up for the first waiter; -1: the lease had expired
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return -1
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
