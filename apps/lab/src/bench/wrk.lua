-- For wrk: POSTs without a body to the paths in PATHS (one a line, each taken as often as it stands there), in an order
-- shuffled anew in each thread. At the end one JSON line: counts, duration and latency in microseconds.
local paths = {}
for path in (os.getenv("PATHS") or ""):gmatch("[^\n]+") do paths[#paths + 1] = path end

local requests = {}
local at = 0

function init()
  math.randomseed(os.time())
  for i = #paths, 2, -1 do
    local j = math.random(i)
    paths[i], paths[j] = paths[j], paths[i]
  end
  for i, path in ipairs(paths) do requests[i] = wrk.format("POST", path) end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"durationUs":%d,"refused":%d,"broken":%d,"p50Us":%d,"p99Us":%d,"p999Us":%d}\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
