-- Goes on with a turn where nobody else waits, and ends it where somebody does.
-- KEYS[1]  the lock
-- KEYS[2]  the line of those who wait for it
-- ARGV[1]  the token of this turn
-- ARGV[2]  lease in milliseconds, counted anew
-- Reply    1: goes on; 0: given up for who is first in line; -1: the lease had run out before
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return -1
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
