// What Redis does with a new message: store it and publish it, as one script, so that nothing
// comes in between. No message is published without being stored, all instances see all messages
// in the order of their ids, and a crash of an instance cannot leave half of the work.

/** How many messages of a conversation a device can get. */
export const KEPT = 50

const REMEMBERED_S = 3600 // for this long a message that is sent again is recognized

/**
 * KEYS: the stream of the conversation, the key of the sender's `clientId`, the contacts of the
 * sender, the contacts of the receiver.
 * ARGV: the message as JSON, then a channel and its user for each user who receives the message.
 * Returns the message's id.
 *
 * All ids come from one stream, `message-ids`, so that they grow across conversations: one `lastId`
 * is enough for all of them. A conversation keeps one message more than KEPT, which shows that there
 * were more.
 */
export const STORE_AND_PUBLISH = `
local known = redis.call('GET', KEYS[2])
if known then return known end
local id = redis.call('XADD', 'message-ids', 'MAXLEN', 1, '*', 'key', KEYS[1])
local message = cjson.decode(ARGV[1])
message.id = id
redis.call('XADD', KEYS[1], 'MAXLEN', ${KEPT + 1}, id, 'json', cjson.encode(message))
redis.call('SET', KEYS[2], id, 'EX', ${REMEMBERED_S})
redis.call('SADD', KEYS[3], message.to)
redis.call('SADD', KEYS[4], message.from)
for i = 2, #ARGV, 2 do
  local event = { event = 'messageSent', id = ARGV[i + 1], args = message }
  redis.call('PUBLISH', ARGV[i], cjson.encode(event))
end
return id`
