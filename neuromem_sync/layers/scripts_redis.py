"""What working memory looks like on a Redis server: its keys, and the scripts that change them in one step.

All keys of an agent share a hash tag, so they live in one slot of a cluster and a script may use them together; an ACL
of `~neuromem:{AGENT}:*` is all that an agent needs. There is no text in them: ids, sizes and times.

    neuromem:{AGENT}:entries:EPOCH   hash: id → "VERSION CHARACTERS", and `:reached`, the greatest version
    neuromem:{AGENT}:gone:EPOCH      sorted set: ids of deleted entries by version, the latest of them
    neuromem:{AGENT}:before:EPOCH    hash: other epoch → how far it had reached when this one began
    neuromem:{AGENT}:epochs          set: the epochs there are
    neuromem:{AGENT}:touched         sorted set: ids by the moment of the last touch
    neuromem:{AGENT}:streaks         hash: id → "STREAK CHARACTERS"
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from urllib.parse import quote

KEPT_S = 7 * 86400
"""Seconds for which a server keeps what an index that fell silent told it; one that returns begins anew."""


@dataclass(frozen=True, slots=True)
class Script:
    text: str

    @property
    def digest(self) -> str:
        """By which a server knows a script that it has run before."""
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()


def key(agent: str, *rest: str) -> str:
    return ":".join((f"neuromem:{{{quote(agent, safe='')}}}", *rest))


# KEYS entries; ARGV ids → how many entries there are, how many of these
HELD = Script("""
local found = 0
for _, id in ipairs(ARGV) do
  if redis.call('HGET', KEYS[1], id) then found = found + 1 end
end
return {math.max(0, redis.call('HLEN', KEYS[1]) - 1), found}
""")

# KEYS entries gone before epochs; ARGV epoch, seconds to keep, then other epoch, how far it reached, …
# What was before ends no later than what it is of, if that says nothing more: so what is not there spoke since.
BEGIN = Script("""
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('HSET', KEYS[1], ':reached', 0)
redis.call('EXPIRE', KEYS[1], ARGV[2])
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[3], ARGV[2])
redis.call('SADD', KEYS[4], ARGV[1])
return 0
""")

# KEYS entries gone touched streaks; ARGV seconds to keep, deletions to keep, then id, version, characters ('' if gone)
PROJECT = Script("""
local entries, gone, touched, streaks = unpack(KEYS)
local reached = tonumber(redis.call('HGET', entries, ':reached') or -1)
if reached < 0 then return redis.error_reply('EMPTIED this epoch was not begun here') end
for i = 3, #ARGV, 3 do
  local id, version, size = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local held = redis.call('HGET', entries, id)
  local last = held and string.match(held, '^%d+') or redis.call('ZSCORE', gone, id) or '-1'
  if tonumber(version) >= tonumber(last) then
    if size == '' then
      redis.call('HDEL', entries, id)
      redis.call('ZREM', touched, id)
      redis.call('HDEL', streaks, id)
      redis.call('ZADD', gone, version, id)
    else
      redis.call('HSET', entries, id, version .. ' ' .. size)
      redis.call('ZREM', gone, id)
    end
  end
  if tonumber(version) > reached then
    reached = tonumber(version)
    redis.call('HSET', entries, ':reached', version)
  end
end
redis.call('ZREMRANGEBYRANK', gone, 0, -1 - tonumber(ARGV[2]))
redis.call('EXPIRE', entries, ARGV[1])
redis.call('EXPIRE', gone, ARGV[1])
return reached
""")

# KEYS entries touched streaks; ARGV the moment before which a touch is over, its life in ms, what this touch counts,
# what makes an entry a member, characters there is room for, then id, moment, … → 1 if nothing was touched before.
# Streaks and sizes as in touches_sqlite and working_sqlite: what has no room leaves, least recently touched first.
TOUCH = Script("""
local entries, touched, streaks = unpack(KEYS)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', touched, '-inf', '(' .. ARGV[1])) do
  redis.call('HDEL', streaks, id)
end
redis.call('ZREMRANGEBYSCORE', touched, '-inf', '(' .. ARGV[1])
local nothing = #redis.call('ZREVRANGE', touched, 0, 0) == 0
for i = 6, #ARGV, 2 do
  local id, moment = ARGV[i], ARGV[i + 1]
  local streak, size = string.match(redis.call('HGET', streaks, id) or '0 0', '^(%d+) (%d+)$')
  size = string.match(redis.call('HGET', entries, id) or '', ' (%d+)$') or size
  local last = redis.call('ZSCORE', touched, id)
  if not last or tonumber(last) < tonumber(moment) then redis.call('ZADD', touched, moment, id) end
  redis.call('HSET', streaks, id, (tonumber(streak) + tonumber(ARGV[3])) .. ' ' .. size)
end
local room = tonumber(ARGV[5])
for _, id in ipairs(redis.call('ZREVRANGE', touched, 0, -1)) do
  local streak, size = string.match(redis.call('HGET', streaks, id) or '0 0', '^(%d+) (%d+)$')
  if tonumber(streak) >= tonumber(ARGV[4]) then
    if tonumber(size) <= room then
      room = room - tonumber(size)
    else
      redis.call('ZREM', touched, id)
      redis.call('HDEL', streaks, id)
    end
  end
end
redis.call('PEXPIRE', touched, ARGV[2])
redis.call('PEXPIRE', streaks, ARGV[2])
return nothing and 1 or 0
""")

# KEYS touched streaks; ARGV the moment before which a touch is over, what makes an entry a member → id, moment, …
TOUCHED = Script("""
local found = {}
local held = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'WITHSCORES')
for i = 1, #held, 2 do
  local streak = string.match(redis.call('HGET', KEYS[2], held[i]) or '0', '^%d+')
  if tonumber(streak) >= tonumber(ARGV[2]) then
    found[#found + 1] = held[i]
    found[#found + 1] = held[i + 1]
  end
end
return found
""")

# KEYS touched streaks; ARGV ids
DROP = Script("""
for _, id in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
return 0
""")
