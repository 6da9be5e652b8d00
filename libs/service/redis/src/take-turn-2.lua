-- Takes a lock that processes hold in turns, or puts the caller in the line of those who wait for it.
-- KEYS[1]  the lock
-- KEYS[2]  the line: a hash of each asker's "<first asked at> <stays in line until>", in milliseconds
-- ARGV[1]  the token of this turn
-- ARGV[2]  the asker, the same for all tries of one process
-- ARGV[3]  lease in milliseconds
-- ARGV[4]  how long the asker stays in line without asking again, in milliseconds
-- Reply    1: taken; 0: held, or somebody else is first in line
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local myAskedMs = nowMs
local first, firstAskedMs = ARGV[2], math.huge

local line = redis.call('HGETALL', KEYS[2])
for i = 1, #line, 2 do
  local asker = line[i]
  local askedMs, untilMs = string.match(line[i + 1], '(%d+) (%d+)')
  askedMs = tonumber(askedMs)
  if tonumber(untilMs) < nowMs then
    redis.call('HDEL', KEYS[2], asker)
  else
    if asker == ARGV[2] then
      myAskedMs = askedMs
    end
    if askedMs < firstAskedMs or (askedMs == firstAskedMs and asker < first) then
      first, firstAskedMs = asker, askedMs
    end
  end
end

if first == ARGV[2] and redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3], 'NX') then
  redis.call('HDEL', KEYS[2], ARGV[2])
  return 1
end
redis.call('HSET', KEYS[2], ARGV[2], string.format('%.0f %.0f', myAskedMs, nowMs + ARGV[4]))
redis.call('PEXPIRE', KEYS[2], ARGV[4]) -- the line ends with the last who asked, so that it exists only while somebody waits
return 0
