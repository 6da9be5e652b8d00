-- Takes a lock that processes hold in turns, or puts the caller into the queue of its waiters.
-- KEYS[1]  the lock
-- KEYS[2]  the queue: a hash of waiter id to "<waits since> <waits until>", in epoch milliseconds
-- ARGV[1]  the token of this turn
-- ARGV[2]  the waiter id, the same for all tries of one process
-- ARGV[3]  lease in milliseconds
-- ARGV[4]  how long the waiter keeps its place without another try, in milliseconds
-- Reply    1: taken; 0: held, or reserved for the first waiter
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local ownSinceMs = nowMs
local first, firstSinceMs = ARGV[2], math.huge

local queue = redis.call('HGETALL', KEYS[2])
for i = 1, #queue, 2 do
  local waiter = queue[i]
  local sinceMs, untilMs = string.match(queue[i + 1], '(%d+) (%d+)')
  sinceMs = tonumber(sinceMs)
  if tonumber(untilMs) < nowMs then
    redis.call('HDEL', KEYS[2], waiter)
  else
    if waiter == ARGV[2] then
      ownSinceMs = sinceMs
    end
    if sinceMs < firstSinceMs or (sinceMs == firstSinceMs and waiter < first) then
      first, firstSinceMs = waiter, sinceMs
    end
  end
end

if first == ARGV[2] and redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3], 'NX') then
  redis.call('HDEL', KEYS[2], ARGV[2])
  return 1
end
redis.call('HSET', KEYS[2], ARGV[2], string.format('%.0f %.0f', ownSinceMs, nowMs + ARGV[4]))
redis.call('PEXPIRE', KEYS[2], ARGV[4]) -- the queue expires with its last waiter
return 0
