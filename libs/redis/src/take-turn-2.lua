-- Takes a lock that processes hold in turns, or makes the caller the one who is next.
-- KEYS[1]  the lock
-- KEYS[2]  who is next: the asker that the lock is kept for once it is free
-- ARGV[1]  the token of this turn
-- ARGV[2]  the asker, the same for all tries of one process
-- ARGV[3]  lease in milliseconds
-- ARGV[4]  how long the asker stays next without asking again, in milliseconds
-- Reply    1: taken; 0: held, or kept for another asker
local nextAsker = redis.call('GET', KEYS[2])
if nextAsker and nextAsker ~= ARGV[2] then
  return 0
end
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3], 'NX') then
  redis.call('DEL', KEYS[2])
  return 1
end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[4])
return 0
