-- Takes a lock that processes hold in turns, or puts the caller into the queue of its waiters.
-- KEYS[1]  the lock
-- KEYS[2]  the queue: a hash of waiter id to "<place> <waits until>", the latter in epoch milliseconds
-- ARGV[1]  the token of this turn
-- ARGV[2]  the waiter id, the same for all tries of one process
-- ARGV[3]  lease in milliseconds
-- ARGV[4]  how long the waiter keeps its place without another try, in milliseconds
-- Reply    1: taken; 0: held, or reserved for the first waiter
--
-- Redis has no other clock than the wall's, which may be set back. So the order is that of places, not of times, and a
-- waiter whose time ends much later than the caller's is one from before such a step: it gets one more ARGV[4].
-- The lease is a key's expiry: a step back makes it longer, never shorter.
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local untilMaxMs = nowMs + ARGV[4]
local ownPlace, lastPlace = nil, 0
local first, firstPlace = ARGV[2], math.huge

local queue = redis.call('HGETALL', KEYS[2])
for i = 1, #queue, 2 do
  local waiter = queue[i]
  local place, untilMs = string.match(queue[i + 1], '(%d+) (%d+)')
  place, untilMs = tonumber(place), tonumber(untilMs)
  if untilMs < nowMs then
    redis.call('HDEL', KEYS[2], waiter)
  else
    if untilMs > nowMs + 10 * ARGV[4] then
      redis.call('HSET', KEYS[2], waiter, string.format('%.0f %.0f', place, untilMaxMs))
    end
    if waiter == ARGV[2] then
      ownPlace = place
    end
    if place < firstPlace or (place == firstPlace and waiter < first) then
      first, firstPlace = waiter, place
    end
    lastPlace = math.max(lastPlace, place)
  end
end

if first == ARGV[2] and redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3], 'NX') then
  redis.call('HDEL', KEYS[2], ARGV[2])
  return 1
end
redis.call('HSET', KEYS[2], ARGV[2], string.format('%.0f %.0f', ownPlace or lastPlace + 1, untilMaxMs))
redis.call('PEXPIRE', KEYS[2], ARGV[4]) -- the queue expires with its last waiter
return 0
