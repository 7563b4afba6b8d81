-- For wrk: every request shows the next proof of a file, none twice; what was measured is told as one line of JSON.
local threads, proofs, sent = {}, {}, 0
local before, after

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  for line in io.lines(args[1]) do table.insert(proofs, line) end
  local head = {"GET " .. wrk.path .. " HTTP/1.1", "Host: " .. wrk.headers["Host"], "Accept: application/json"}
  table.insert(head, "Authorization: " .. table.remove(proofs, 1))
  before, after, short = table.concat(head, "\r\n") .. "\r\nDPoP: ", "\r\n\r\n", 0
end

function request()
  sent = sent + 1
  if sent > #proofs then
    sent, short = #proofs, 1
    wrk.thread:stop()
  end
  return before .. proofs[sent] .. after
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"refused":%d,"lost":%d,"short":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, lost, threads[1]:get("short")))
end
