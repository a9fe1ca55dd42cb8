/**
 * The scripts of the store in Redis: each method of the store is one, and therefore atomic.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { MAX_SKEW_MS } from "../clock.ts";
import { MAX_LEASE_MS, MAX_TAGS } from "../store.ts";

/** A Lua script, and the digest by which Redis caches it. */
export interface Script {
  /** The source. */
  readonly text: string;
  /** Its SHA-1, in hexadecimal. */
  readonly digest: string;
}

/**
 * The counts and all marks are in one hash, so that Redis cannot evict only some of them. The count starts at the time in
 * microseconds, which is above every earlier count.
 */
const COUNTS = `
  local counts = redis.call("HMGET", KEYS[1], "generation", "floor")
  local generation, floor = tonumber(counts[1]), tonumber(counts[2])
  if not generation then
    local time = redis.call("TIME")
    generation = time[1] * 1000000 + time[2]
    floor = generation
    redis.call("HSET", KEYS[1], "generation", string.format("%.0f", generation), "floor", string.format("%.0f", floor))
  end
`;

/** KEYS: counts. ARGV: the run id of the server. A server that was restarted may have gone back to an older state. */
export const ADOPT: Script = createScript(`${COUNTS}
  if redis.call("HGET", KEYS[1], "run") == ARGV[1] then return end
  local time = redis.call("TIME")
  local text = string.format("%.0f", math.max(generation + 1, time[1] * 1000000 + time[2]))
  redis.call("HSET", KEYS[1], "run", ARGV[1], "generation", text, "floor", text)
`);

/** KEYS: counts, entry. ARGV: tags. → generation, data, marks. An entry that `SET` did not write counts as missing. */
export const GET: Script = createScript(`${COUNTS}
  local text = string.format("%.0f", generation)
  local nothing = { text, false, {} }
  local entry = redis.pcall("HMGET", KEYS[2], "generation", "data", "tags")
  local made = not entry.err and tonumber(entry[1] or "")
  if not made or made < floor or made > generation then return nothing end
  if made == generation then return { text, entry[2], {} } end
  local ok, tags = pcall(cmsgpack.unpack, entry[3])
  if not ok or type(tags) ~= "table" then return nothing end
  local marks = {}
  for _, list in ipairs({ tags, ARGV }) do
    for _, tag in ipairs(list) do
      if type(tag) ~= "string" then return nothing end
      local mark = redis.call("HGET", KEYS[1], "tag:" .. tag)
      if mark then marks[#marks + 1] = mark end
    end
  end
  return { text, entry[2], marks }
`);

/** KEYS: counts, entry. ARGV: generation, data, time to live in ms, tags. */
export const SET: Script = createScript(`${COUNTS}
  local made = tonumber(ARGV[1])
  local before = redis.pcall("HGET", KEYS[2], "generation")
  before = type(before) == "string" and tonumber(before) or 0
  if made < floor or made > generation or (made < before and before <= generation) then return end
  local tags = {}
  for i = 4, #ARGV do tags[#tags + 1] = ARGV[i] end
  redis.call("DEL", KEYS[2])
  redis.call("HSET", KEYS[2], "generation", ARGV[1], "data", ARGV[2], "tags", cmsgpack.pack(tags))
  redis.call("PEXPIRE", KEYS[2], ARGV[3])
`);

/** KEYS: counts. ARGV: end of staleness or "", now, tags. The arithmetic is that of \`markTag()\`. */
export const MARK: Script = createScript(`${COUNTS}
  generation = generation + 1
  redis.call("HSET", KEYS[1], "generation", string.format("%.0f", generation))
  local expire, now = tonumber(ARGV[1]), tonumber(ARGV[2])
  local function isNumber(value) return type(value) == "number" and math.abs(value) < math.huge end
  local function isMark(mark)
    if type(mark) ~= "table" then return false end
    return isNumber(mark[1]) and isNumber(mark[2]) and isNumber(mark[3]) and (mark[4] == nil or isNumber(mark[4]))
  end
  for i = 3, #ARGV do
    local field = "tag:" .. ARGV[i]
    local hard, soft, untilTime, markedAt = 0, 0, 0, 0
    local before = redis.call("HGET", KEYS[1], field)
    if before then
      local ok, mark = pcall(cjson.decode, before)
      if ok and isMark(mark) then
        hard, soft, untilTime, markedAt = mark[1], mark[2], mark[3], mark[4] or 0
      else
        hard = generation
      end
    end
    if not expire then
      hard = generation
    elseif hard < generation then
      if untilTime <= now or markedAt > now + ${MAX_SKEW_MS} then
        hard, untilTime = math.max(hard, soft), expire
      else
        untilTime = math.min(untilTime, expire)
      end
      soft = generation
    end
    redis.call("HSET", KEYS[1], field, string.format("[%.0f,%.0f,%.3f,%.3f]", hard, soft, untilTime, now))
  end
  if redis.call("HLEN", KEYS[1]) > ${MAX_TAGS + 3} then
    local run = redis.call("HGET", KEYS[1], "run")
    redis.call("DEL", KEYS[1])
    local text = string.format("%.0f", generation)
    redis.call("HSET", KEYS[1], "generation", text, "floor", text, "run", run or "")
  end
`);

/** KEYS: lease. ARGV: holder, ms. A lease without an end, or with one that only a clock set back explains, is free. */
export const LEASE: Script = createScript(`
  local holder, left = redis.pcall("GET", KEYS[1]), redis.call("PTTL", KEYS[1])
  local isHeld = type(holder) == "string" and left >= 0 and left <= ${MAX_LEASE_MS}
  if isHeld and holder ~= ARGV[1] then return 0 end
  redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
  return 1
`);

/** KEYS: lease. ARGV: holder. */
export const RELEASE: Script = createScript(
  `if redis.pcall("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`,
);

/** KEYS: limit. ARGV: algorithm, limit, window in ms. → allowed, used, since, now. The arithmetic of `countRequest()`. */
export const TAKE: Script = createScript(`
  local limit, window = tonumber(ARGV[2]), tonumber(ARGV[3])
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local before = redis.pcall("HMGET", KEYS[1], "used", "since")
  if before.err then redis.call("DEL", KEYS[1]) end
  local used, since = tonumber(before[1] or ""), tonumber(before[2] or "")
  if not used or not since then used, since = 0, now end
  local elapsed, wasAhead = now - since, since > now + ${MAX_SKEW_MS}
  if ARGV[1] == "fixed" then
    if elapsed >= window or wasAhead then used, since = 0, now end
  elseif elapsed >= 0 then
    used, since = math.max(0, used - elapsed * limit), now
  elseif wasAhead then
    since = now
  end
  local allowed = used + window <= limit * window
  if allowed then used = used + window end
  local usedText, sinceText = string.format("%.0f", used), string.format("%.0f", since)
  redis.call("HSET", KEYS[1], "used", usedText, "since", sinceText)
  redis.call("PEXPIRE", KEYS[1], string.format("%.0f", math.max(1, since + window - now)))
  return { allowed and 1 or 0, usedText, sinceText, string.format("%.0f", now) }
`);

function createScript(text: string): Script {
  return { text, digest: createHash("sha1").update(text).digest("hex") };
}
