import { type Edit, combine, replaceIn } from '../../workshop/check/suite.ts'

// Other programs of step 12: the solution with one place written differently.

/** Replaces a piece of the solution's `redis-client.ts`. */
export function inClient(from: string, to: string): Edit {
  return replaceIn('redis-client.ts', from, to)
}

/** Replaces a piece of the solution's `catch-up.ts`. */
export function inCatchUp(from: string, to: string): Edit {
  return replaceIn('catch-up.ts', from, to)
}

/** The solution with other names of a user's inbox and channel. */
export function names(inbox: string, channel: string): Edit {
  return combine(
    replaceIn('history.ts', '`{${user}}:inbox`', `\`${inbox}\``),
    replaceIn('subscriptions.ts', '`{${user}}:events`', `\`${channel}\``),
  )
}

/** The solution with these commands for its channels. */
export function sharded(
  inScript: string,
  publish: string,
  subscribe: string,
  unsubscribe: string,
): Edit {
  return combine(
    replaceIn('store-script.ts', "redis.call('SPUBLISH'", `redis.call('${inScript}'`),
    replaceIn('dispatch.ts', 'client.sPublish(', `client.${publish}(`),
    replaceIn('subscriptions.ts', 'client.sSubscribe(', `client.${subscribe}(`),
    replaceIn('subscriptions.ts', 'client.sUnsubscribe(', `client.${unsubscribe}(`),
  )
}
