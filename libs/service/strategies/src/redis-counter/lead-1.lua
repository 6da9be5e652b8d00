-- Takes or renews the lease of the active worker: where it is free, or still has the value that the caller last saw of it.
-- KEYS[1]  lease: the value of the latest renewal
-- ARGV     value that may be replaced, new value, lease in milliseconds
-- Reply    the value that the lease has now: the new one, or another worker's
local value = redis.call('GET', KEYS[1])
if value and value ~= ARGV[1] then
  return value
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return ARGV[2]
