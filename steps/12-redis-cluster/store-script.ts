// What Redis does with a new message for a user: store it and announce it, as one script, so that
// nothing comes in between. Its key and its channel have one slot, so that one node has both.

/** How many messages of a user are kept. */
export const KEPT = 1000

const REMEMBERED = 100 // a repetition is recognized among this many messages

/**
 * KEYS: the inbox of the user.
 * ARGV: who sent it with which `clientId`, the message as JSON, the user's channel, and what to
 * publish there.
 *
 * An inbox keeps one message more than KEPT, which shows that there were more. A key for each
 * `clientId` would be a second key, and while their slot moves to another node, Redis refuses
 * commands that need both.
 */
export const STORE_AND_ANNOUNCE = `
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ${REMEMBERED})) do
  if entry[2][2] == ARGV[1] then return entry[1] end
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', ${KEPT + 1}, '*', 'sent', ARGV[1], 'json', ARGV[2])
redis.call('SPUBLISH', ARGV[3], ARGV[4])
return id`
